"""Why something may not be done, in a sentence of each language."""

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
    """Somebody else acted on the same case between reading and writing; nothing was changed."""


class BadPolicy(DuankaError):
    """A setting of case work is unknown or out of its range."""
