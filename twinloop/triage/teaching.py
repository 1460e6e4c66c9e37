"""Learning from the district's confirmed types: measured on cases it has not seen before it is used."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import numpy as np
from django.db import transaction

from twinloop.cases.models import Incident
from twinloop.decide import Refused, sorting
from twinloop.decide.sorting import SortingLabel, corpus, model, training
from twinloop.decide.sorting.corpus import Sample
from twinloop.decide.sorting.features import Array
from twinloop.ledger.actions import record
from twinloop.triage.learned import file_of
from twinloop.triage.models import LearnedModel

LEAST_CASES, FOLDS = 50, 3
SIZE = 6  # synthetic texts a frame
WEIGHT = 3.0  # a case of the district's own counts as much as so many synthetic texts
MOST_CASES = 20_000  # the newest

Say = Callable[[str], object]


def confirmed() -> list[Sample]:
    """Incidents whose kind people confirmed after handling, oldest first; each is a group of its own."""
    rows = Incident.objects.exclude(confirmed_kind="").order_by("-id")
    found = list(rows.values_list("pk", "narrative", "confirmed_kind", "confirmed_type")[:MOST_CASES])
    labels = {label.value for label in SortingLabel}
    return [
        Sample(text, SortingLabel(code or kind), 100_000 + pk)
        for pk, text, kind, code in reversed(found)
        if (code or kind) in labels
    ]


def teach(
    *, by: int | None, at: datetime, least: int = LEAST_CASES, say: Say = str, beside: Sequence[Sample] | None = None
) -> LearnedModel:
    """Learn, compare with the shipped model on cases it has not seen, and use it unless it is worse.

    Raises `Refused`: model_few_cases, model_known. `beside`: the texts that it learns from besides the cases (None:
    the shipped ones, which takes minutes).
    """
    cases = confirmed()
    if len(cases) < least:
        raise Refused("model_few_cases", cases=len(cases), least=least)
    synthetic = corpus.samples(calls=SIZE, letters=SIZE) if beside is None else beside
    before = _right(cases, lambda case: sorting.sort(case.text).label)
    after = _unseen(cases, synthetic, say)
    say("all")
    trained = training.train([*synthetic, *cases], weights=_weights(synthetic, cases), say=say)
    if LearnedModel.objects.filter(version=trained.model.version).exists():
        raise Refused("model_known")
    used = after >= before
    if used:
        _keep(model.pack(trained.model), trained.model.version)
    with transaction.atomic():
        made = LearnedModel.objects.create(
            version=trained.model.version, at=at, cases=len(cases), before=before, after=after,
            state="used" if used else "refused",
        )  # fmt: skip
        record("model:sorting", "model_learnt", by=by, at=at, version=made.version, cases=len(cases),
               share_before=round(before, 4), share_after=round(after, 4), used=used)  # fmt: skip
    return made


@transaction.atomic
def roll_back(*, by: int | None, at: datetime) -> str:
    """Put the model in use aside; the one before it answers again. Gives that one's version."""
    newest = LearnedModel.objects.select_for_update(no_key=True).filter(state="used").order_by("-id").first()
    if newest is None:
        raise Refused("model_nothing_back")
    LearnedModel.objects.filter(pk=newest.pk, state="used").update(state="back", ended_at=at)
    record("model:sorting", "model_rolled_back", by=by, at=at, version=newest.version)
    earlier = LearnedModel.objects.filter(state="used").order_by("-id").values_list("version", flat=True).first()
    return earlier or sorting.version()


def _weights(synthetic: Sequence[Sample], cases: Sequence[Sample]) -> Array:
    return np.concatenate([np.ones(len(synthetic)), np.full(len(cases), WEIGHT)])


def _right(cases: Sequence[Sample], answer: Callable[[Sample], str]) -> float:
    return sum(answer(case) == case.label for case in cases) / len(cases)


def _unseen(cases: Sequence[Sample], synthetic: Sequence[Sample], say: Say) -> float:
    answers: dict[int, str] = {}
    for part in range(FOLDS):
        say(f"{part + 1}/{FOLDS}")
        inside = [case for n, case in enumerate(cases) if n % FOLDS != part]
        outside = [case for n, case in enumerate(cases) if n % FOLDS == part]
        texts = [*synthetic, *inside]
        learnt = training.fit(training.read(texts), texts, _weights(synthetic, inside), rounds=30)
        answers |= {case.group: sorting.sort(case.text, learnt).label for case in outside}
    return _right(cases, lambda case: answers[case.group])


def _keep(data: bytes, version: str) -> None:
    """Written whole or not at all, readable by the product's own user alone."""
    path = file_of(version)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = path.with_suffix(".part")
    half.write_bytes(data)
    half.chmod(0o600)
    half.replace(path)
