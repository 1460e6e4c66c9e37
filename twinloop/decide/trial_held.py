"""Answers of `twinloop try` in the order of their lines, those of a batch included."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from twinloop.decide import matching_trial

Line = Mapping[str, Any]
Answer = dict[str, Any]


class Held:
    """Answers in the order of their lines. What a batch holds back holds back what comes after it."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self.write, self.any_refused = write, False
        self.batches: dict[str, matching_trial.Batch] = {}
        self.waiting: list[Answer | tuple[str, object]] = []

    def take(self, begin: Callable[[], matching_trial.Batch], line: Line) -> None:
        name = json.dumps(line["batch"])
        fresh = name not in self.batches
        batch = self.batches.setdefault(name, begin()) if fresh else self.batches[name]
        batch.take(line)
        self.waiting.append((name, line["id"]))

    def put(self, answer: Answer) -> None:
        self.any_refused |= "refused" in answer
        if self.waiting:
            self.waiting.append(answer)
        else:
            self._say(answer)

    def end(self, lang: str) -> None:
        answers = {name: iter(batch.answers(lang)) for name, batch in self.batches.items()}
        for slot in self.waiting:
            self._say({"id": slot[1], **next(answers[slot[0]])} if isinstance(slot, tuple) else slot)

    def _say(self, answer: Answer) -> None:
        # Half a surrogate pair is good JSON as an escape, but no text: it must not stop the lines after it.
        self.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "backslashreplace").decode() + "\n")
