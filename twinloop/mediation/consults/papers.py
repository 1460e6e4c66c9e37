"""The minutes of a joint session (会诊纪要), once fixed. Masked: the agencies that sign them may read them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from twinloop.cases.models import Dispute
from twinloop.mediation.consults import queries
from twinloop.mediation.consults.models import Body, Consult, Task
from twinloop.mediation.consults.queries import Track
from twinloop.papers.filling import day, moment
from twinloop.papers.kinds import Subject

CAME = {True: "到", False: "未到", None: ""}


def minutes(dispute: Dispute) -> Iterator[Subject]:
    held = Consult.objects.filter(dispute=dispute, minutes_at__isnull=False).select_related(
        "session__mediation__lead", "minutes_by"
    )
    for one in held.order_by("starts_at", "pk"):
        yield Subject(
            one.pk, moment(one.starts_at), lambda one=one: {"joint": _minutes(one)}, one.number, is_done=True  # type: ignore[misc]
        )  # fmt: skip


def _minutes(one: Consult) -> dict[str, Any]:
    bodies = queries.on_table(one)
    ends = moment(one.ends_at).rpartition(" ")[2]
    return {
        "title": one.title, "aim": one.aim, "when": f"{moment(one.starts_at)} 至 {ends}", "where": one.where,
        "lead": next((body.name for body in bodies if body.part == "lead"), ""),
        "chair": str(one.session.mediation.lead), "recorder": str(one.minutes_by or ""), "day": day(one.minutes_at),
        "bodies": [_body(body) for body in bodies], "facts": one.facts.splitlines(),
        "tracks": [_track(track) for track in queries.tracks(one.dispute)],
        "tasks": [_task(task) for task in one.tasks.select_related("body").order_by("number")],
    }  # fmt: skip


def _body(body: Body) -> dict[str, str]:
    return {"part": str(body.get_part_display()), "name": body.name, "who": body.who, "came": CAME[body.came]}


def _track(track: Track) -> str:
    one = track.mediation
    paper = f"，协议 {track.paper.number}" if track.paper and track.paper.number else ""
    return f"{one.get_track_display()}（{one.get_strength_display()}）：{one.get_state_display()}{paper}"


def _task(task: Task) -> dict[str, str]:
    return {
        "no": str(task.number), "body": task.body.name, "text": task.text, "due": day(task.due_on),
        "state": f"{task.get_state_display()}：{task.said}" if task.said else str(task.get_state_display()),
    }  # fmt: skip


PAPERS = {"joint_minutes": minutes}
