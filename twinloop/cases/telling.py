"""One sentence for one refusal, wherever it is shown: shut button, refused post, API."""

from __future__ import annotations

from django.utils.translation import get_language

from twinloop.cases.words import REFUSALS
from twinloop.decide import Refused, words
from twinloop.edge import words as edge


def language() -> str:
    """The language of this request, as the plain tables name it."""
    return words.ENGLISH if (get_language() or "").startswith("en") else words.CHINESE


def sentence(refused: Refused) -> str:
    """What is missing, or which article forbids it, in the language of this request."""
    if refused.code in REFUSALS:
        return str(REFUSALS[refused.code]).format_map(refused.facts)
    try:
        return words.tell(refused, language())
    except KeyError:
        return edge.say(refused.code, language(), **refused.facts)
