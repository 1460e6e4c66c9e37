"""The demo district of the article's size: places, units, people. All invented, all marked so."""

from __future__ import annotations

                mediators.fill(at)
                if days:
                    _live_through(at, days, tell)
                live(at)
        _tell()


def live(at: datetime) -> None:
    """Cases of every kind, for a district that has its people; a room that has some already makes none."""
    for room in (
        mediators, leads, patrols, pushes, agreements, joint, safeguards, sessions, consults, rosters, visits, daily,
        rounds, follow, petitions, assessments, dashboards,
    ):  # fmt: skip
        room.fill(at)


def _live_through(at: datetime, days: int, tell: Callable[[date], None]) -> None:
    from twinloop.desk.year.assumed import SHIPPED, read
    from twinloop.desk.year.life import Life

    Life(read(SHIPPED), SEED).live(at.date() - timedelta(days=days), days + 1, tell, end=at)


def _tell() -> None:
    """Who can be tried, a line each: written at every start, so that a data folder of its own finds it too."""
    with translation.override("zh-hans"):  # as the other lines of the start
        shown = people.accounts()
        lines = [f"{who.username:<10} {who.name}，{who.role.label}：{who.does}" for who in shown]
    if not lines:
        return
    head = "演示账户（都是编的，不用密码，在登录页上点岗位）："
    folder = settings.ENV.data
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ACCOUNTS).write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
