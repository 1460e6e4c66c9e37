"""Real messages through the whole mechanism: ``python -m bench.real [FOLDER] [--groups FILE] [--take N]``.

FOLDER holds files of kind `messages` (default: those of the folder `shared` beside the repository; where there is none
it says so and ends). A scratch server, the demo district's people;
then, by the product's own actions only: import, judge, compare all history once more, and a dispatcher who takes what
is suggested for the first N confident disputes (default 100): confirms the type, opens the dispute, sends the first
person, blows the whistle to the agencies of its subject. Last, every page of every incident and dispute is opened.
Prints counts, never a text. `--groups` writes the texts of what looks like one quarrel, to be read by hand and deleted.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from twinloop.cases.models import Incident
    from twinloop.intake.batches.models import Batch
    from twinloop.people.models import Account

ROOT = Path(__file__).resolve().parent.parent
DISPATCHER = frozenset({"dispatcher"})


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("folder", nargs="?", type=Path, default=ROOT.parent / "shared" / "data" / "messages")
    given.add_argument("--groups", type=Path)
    given.add_argument("--take", type=int, default=100)
    args = given.parse_args()
    files = sorted(args.folder.glob("*.csv"))
    if not files:
        sys.exit(f"no CSV in {args.folder}: name a folder of messages")
    from twinloop.launch.postgres import Cluster

    data = Path(tempfile.mkdtemp(prefix="twinloop-bench-"))
    cluster = Cluster.temporary(data / "server")
    urls = cluster.start()
    os.environ |= {
        "TWINLOOP_DATA": str(data / "data"), "TWINLOOP_DATABASE_URL": urls.app,
        "TWINLOOP_OWNER_DATABASE_URL": urls.owner, "TWINLOOP_DEMO": "small",
        "DJANGO_SETTINGS_MODULE": "twinloop.settings", "TWINLOOP_ALLOWED_HOSTS": "testserver",
    }  # fmt: skip
    try:
        env = os.environ | {"TWINLOOP_DATABASE_URL": urls.owner}
        subprocess.run([sys.executable, "-m", "tests.template"], env=env, check=True)
        import django

        django.setup()
        from twinloop.ledger.sight import SYSTEM, see_as

        with see_as(SYSTEM):
            run(files, args.groups, args.take)
    finally:
        cluster.remove()


@contextmanager
def timed(what: str, count: Callable[[], int]) -> Iterator[None]:
    began, cpu = time.perf_counter(), time.process_time()
    yield
    took, own, n = time.perf_counter() - began, time.process_time() - cpu, count()
    each = f", {1000 * took / n:.0f} ms each" if n else ""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what}: {n:,} in {took:.1f} s{each} (own {own:.1f} s); peak {peak:.0f} MB")


def run(files: list[Path], groups: Path | None, take: int) -> None:
    from twinloop.people.models import Account

    dispatcher = Account.objects.filter(grants__role="dispatcher", is_active=True).order_by("username").first()
    assert dispatcher is not None
    batches = [bring(path, dispatcher) for path in files]
    for batch in batches:
        judge(batch)
    for batch in batches:
        tell(batch)
    again()
    if groups:
        write(groups)
    taken(dispatcher, take)
    walk(dispatcher)


def now() -> datetime:
    from django.utils import timezone

    return timezone.localtime()


def bring(path: Path, by: Account) -> Batch:
    from twinloop.intake.batches import actions
    from twinloop.intake.batches.results import Source

    sources = [Source(path, path.name)]
    batch, _resumed = actions.open_batch("messages", sources, by=None, at=now())
    with timed(f"{path.name}, brought in", lambda: found.accepted):
        found = actions.bring(batch, sources, by=None, scope=None, at=now())
    print(f"  new {found.accepted:,}, known {found.unchanged:,}, bad {found.rejected:,}; notes {found.notes}")
    for bad in found.bad:
        print("  bad row", bad.row, [why for _column, why in bad.reasons])
    same, _resumed = actions.open_batch("messages", sources, by=None, at=now())
    twice = actions.bring(same, sources, by=None, scope=None, at=now())
    print(f"  again: new {twice.accepted:,}, known {twice.unchanged:,}, bad {twice.rejected:,}")
    batch.refresh_from_db()
    return batch


def judge(batch: Batch) -> None:
    from twinloop.intake.batches import actions

    done = 0
    with timed(f"{batch.names}, judged", lambda: done):
        actions.ask(batch, by=None, at=now())
        done = actions.judge(batch, by=None, clock=now)
    batch.refresh_from_db()


def tell(batch: Batch) -> None:
    """The outcome page's own figures."""
    from twinloop.insight.outcomes.queries import outcome

    began = time.perf_counter()
    told = outcome(batch, at=now())
    print(f"\n== {batch.names}: page counted in {1000 * (time.perf_counter() - began):.0f} ms")
    print(f"reports {told.total}, judged {told.judged}, sure {told.sorted}, left to a person {told.left}")
    for line in told.lines:
        lead = line.lead.unit.name if line.lead else "-"
        who = line.person.name if line.person else "-"
        print(f"  {line.name or 'left':<14} {line.count:5} levels {line.by_level} {lead} + {len(line.others)}; {who}")
    print(f"replies {told.answered}, {told.repeats}")


def again() -> None:
    """Every report against all before it, in one pass: what `twinloop relink` does."""
    from twinloop.triage.repeats_relinking import relink

    with timed("\nrelink", lambda: found.incidents):
        found = relink(at=now())
    print(f"  {found}")


def write(path: Path) -> None:
    """The groups of likely pairs, with texts: for a reader, outside the repository."""
    from twinloop.cases.models import Incident
    from twinloop.cases.parameters import in_force
    from twinloop.insight.outcomes.queries import groups_of
    from twinloop.triage.models import RepeatPair
    from twinloop.triage.repeat_reasons import said

    least = in_force(now()).thresholds.linkage().join_from
    likely = list(RepeatPair.objects.filter(probability__gte=least).order_by("id"))
    groups = sorted(groups_of((pair.incident_id, pair.earlier_id) for pair in likely), key=lambda g: (-len(g), min(g)))
    path.touch(mode=0o600)
    with path.open("w", encoding="utf-8") as out:
        for number, group in enumerate(groups, 1):
            out.write(f"\n##### group {number}, {len(group)} reports\n")
            for one in Incident.objects.filter(pk__in=group).order_by("received_at"):
                out.write(f"[{one.pk} {one.outside_number} {one.received_at:%Y-%m-%d}] {one.narrative[:600]}\n")
            for pair in likely:
                if pair.incident_id in group:
                    out.write(
                        f"    {pair.earlier_id} ~ {pair.incident_id} {pair.probability:.3f} {said(pair.reasons)[:4]}\n"
                    )
    print(f"  {len(groups)} groups of {sum(map(len, groups))} reports written; sizes {dict(Counter(map(len, groups)))}")


def taken(by: Account, most: int) -> None:
    """A dispatcher who takes every suggestion of the first `most` confident disputes; what was refused is counted."""
    from twinloop.cases.models import Incident

    sure = Incident.objects.filter(
        judgements__what="sorting", judgements__by=None, judgements__answer__kind="dispute",
        judgements__answer__abstained=False,
    )  # fmt: skip
    done: Counter[str] = Counter()
    with timed("\ntaken as suggested", lambda: done["confirmed"]):
        for incident in sure.order_by("-received_at")[:most]:
            for step, act in STEPS.items():
                try_step(step, act, incident, by, done)
    print(f"  {dict(done)}")


def try_step(step: str, act: Callable[..., Any], incident: Incident, by: Account, done: Counter[str]) -> None:
    from twinloop.decide import Refused

    try:
        act(incident, by)
        done[step] += 1
    except Refused as refused:
        done[f"{step} refused: {refused.code}"] += 1


def confirm(incident: Incident, by: Account) -> None:
    from twinloop.triage import actions

    actions.confirm(incident, by=by.pk, at=now())


def open_dispute(incident: Incident, by: Account) -> None:
    from twinloop.intake.doors.actions import open_from

    open_from(incident, by=by.pk, at=now())


def send(incident: Incident, by: Account) -> None:
    from twinloop.dispatch.orders import actions
    from twinloop.dispatch.orders.queries import suggesting
    from twinloop.people.models import Account

    first = suggesting.for_incident(incident, at=now())[0].first
    if first is not None:
        taker = Account.objects.get(pk=first.pk)
        actions.send(incident, taker, by=by.pk, roles=DISPATCHER, at=now())


def blow(incident: Incident, by: Account) -> None:
    from twinloop.cases.models import Dispute
    from twinloop.mediation.joint import actions, competence

    dispute = Dispute.objects.get(links__incident=incident, links__unlinked_at=None)
    code = dispute.type_code or incident.reported_type
    offers = [one for one in competence.by_subject([code], at=now())[code] if one.called]
    lead = next((one.unit.pk for one in offers if one.is_lead), None)
    ask = actions.Ask(
        units=[one.unit for one in offers], lead=lead, text=incident.narrative[:1500],
        suggested=competence.kept(offers),
    )  # fmt: skip
    actions.blow(dispute, ask, by=by.pk, at=now())


STEPS: dict[str, Callable[..., Any]] = {"confirmed": confirm, "opened": open_dispute, "sent": send, "whistled": blow}


def walk(by: Account) -> None:
    """Every incident and dispute as a page, the lists, the queue of repeats: anything but 200 is named."""
    from django.test import Client

    from twinloop.cases.models import Dispute, Incident
    from twinloop.desk.prepare import prepare_files

    prepare_files()
    browser, statuses, slow = Client(raise_request_exception=False), Counter[int](), 0.0
    browser.force_login(by)
    pages = [f"/incidents/{number}/" for number in Incident.objects.values_list("number", flat=True)]
    pages += [f"/disputes/{number}/" for number in Dispute.objects.values_list("number", flat=True)]
    pages += ["/", "/incidents/", "/disputes/", "/board/", "/repeats/", "/judgements/", "/imports/"]
    with timed("\npages opened", lambda: len(pages)):
        for page in pages:
            began = time.perf_counter()
            status = browser.get(page).status_code
            slow = max(slow, time.perf_counter() - began)
            statuses[status] += 1
            if status != 200:
                print(f"  {page} {status}")
    print(f"  {dict(statuses)}, slowest {1000 * slow:.0f} ms")


if __name__ == "__main__":
    main()
