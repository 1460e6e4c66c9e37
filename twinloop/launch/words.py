"""What the launch says, in Chinese and English, before Django and its translations exist.

Every sentence stands here once in both languages; `say` fills it in. A sentence names what is wrong and what to do.
"""

from __future__ import annotations

from typing import Final, Literal

from twinloop.launch.sentences import SENTENCES as OTHERS
from twinloop.launch.sentences_backup import BACKUP

Language = Literal["zh-hans", "en"]

SENTENCES: Final = OTHERS | BACKUP

_spoken: Language = "zh-hans"


def speak(language: Language) -> None:
    """Choose the language of every later sentence of this process."""
    global _spoken  # noqa: PLW0603 - one process speaks one language, chosen once at its start
    _spoken = language


def spoken() -> Language:
    """The language chosen by `speak`; Chinese until then."""
    return _spoken


def say(code: str, **values: object) -> str:
    """The sentence `code` in the chosen language, with its values filled in."""
    chinese, english = SENTENCES[code]
    return (english if _spoken == "en" else chinese).format(**values)


class Trouble(Exception):  # noqa: N818 - a refusal with a sentence for people, not a defect
    """The start cannot go on; `str()` of it is one sentence that says what is wrong and what to do."""

    exit_status: int = 1

    def __init__(self, code: str, **values: object) -> None:
        self.code: Final = code
        super().__init__(say(code, **values))


class WrongSetting(Trouble):
    """A variable holds what it may not hold; the start ends with exit status 2."""

    exit_status = 2


class Held(Trouble):
    """Another process holds the data folder."""
