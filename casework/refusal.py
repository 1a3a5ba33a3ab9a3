"""Why something may not be done, in a sentence of each language."""

from collections.abc import Sequence

from casework.event import Event
from features.errors import DuankaError


class CaseRefused(DuankaError):
    """A command that the rules of case work forbid; nothing was changed.

    Parameters
    ----------
    code : str
        Stable name of the rule, for instance ``own_measure``.
    zh, en : str
        What is wrong, what was given and what to do.
    """

    def __init__(self, code: str, zh: str, en: str):
        super().__init__(f"{zh} / {en}")
        self.code, self.zh, self.en = code, zh, en


class CaseConflict(CaseRefused):
    """Somebody acted on the same case since it was looked at; nothing was changed.

    Parameters
    ----------
    since : sequence of Event
        What they did.
    """

    def __init__(self, code: str, zh: str, en: str, since: Sequence[Event] = ()):
        super().__init__(code, zh, en)
        self.since = since


class BadPolicy(DuankaError):
    """A setting of case work is unknown or out of its range."""
