"""Commands of the front desk: preparing, the worker, Django's own for those who know them, imports."""

from __future__ import annotations

import importlib

import click

from twinloop.launch.started import as_owner, database, setup

YEAR = 365


@click.command()
def prepare() -> None:
    """Migrate, give rights, collect files, fill the demo district: what `up` does before it opens."""
    as_owner()
    setup()
    from django.conf import settings

    from twinloop.desk import demo
    from twinloop.desk import prepare as steps
    from twinloop.desk.year.assumed import SHIPPED, read

    steps.prepare_database()
    steps.prepare_files()
    if settings.DEMO:
        small = settings.ENV.demo != "year"
        days, label = (int(read(SHIPPED).small["days"]), "演示区过四周") if small else (YEAR, "演示区过一年")
        try:
            with click.progressbar(length=days, label=label) as bar:
                demo.fill(days=days, small=small, tell=lambda _on: bar.update(1))
        except demo.Unfinished:
            said = f"演示区的日子上次没有过完，接不上。换一个 --data，或删掉 {settings.ENV.data} 再启动"
            raise click.ClickException(said) from None


@click.command()
def web() -> None:
    """Answer requests (granian); `up` starts one."""
    from twinloop.desk import serving

    serving.serve()


@click.command()
def worker() -> None:
    """Run the jobs (Procrastinate); `up` starts one."""
    setup()
    from django.core.management import call_command

    call_command("procrastinate", "worker", "--concurrency", "2")


@click.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True}, add_help_option=False)
@click.pass_context
def manage(context: click.Context) -> None:
    """Django's own commands as the owner of the tables (makemigrations, shell, …)."""
    from django.core.management import execute_from_command_line

    with database(owner=True):
        execute_from_command_line(["twinloop manage", *context.args])


IMPORTS = {
    "places": "twinloop.places.commands:import_places",
    "people": "twinloop.people.commands:import_people",
    "jjd": "twinloop.intake.batches.commands:import_jjd",
    "messages": "twinloop.intake.batches.commands:import_messages",
    "petitions": "twinloop.intake.batches.commands:import_petitions",
    "volunteers": "twinloop.intake.batches.commands:import_volunteers",
    "indicators": "twinloop.intake.batches.commands:import_indicators",
}


class Kinds(click.Group):
    """`twinloop import KIND`: each room defines its own kinds; all run on a started database."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(IMPORTS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in IMPORTS:
            return None
        module, name = IMPORTS[cmd_name].split(":")
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> object:
        with database():
            return super().invoke(ctx)


@click.group(name="import", cls=Kinds)
def import_() -> None:
    """Bring in files: calls (jjd), messages, petitions, volunteers, indicators, people, places."""
