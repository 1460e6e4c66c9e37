"""Plain Python: facts in, decision and reasons out. No Django, no clock, no database."""

from __future__ import annotations


class Refused(Exception):  # noqa: N818 - an expected no is not an error
    """An expected no, as a code with its figures; the words stand in a room's ``words.py``.

    ``code`` is a ``StrEnum`` member (or its value), ``facts`` fill the sentence, ``articles``
    name the law that forbids ("程序规定 179(4)"), empty where house rules do.
    """

    def __init__(self, code: str, *, articles: tuple[str, ...] = (), **facts: object) -> None:
        super().__init__(code)
        self.code = str(code)
        self.articles = articles
        self.facts = facts
