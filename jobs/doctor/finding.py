"""What a check found."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from features.errors import DuankaError


class State(StrEnum):
    """`WARN` lets a run begin; `BAD` does not."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True)
class Finding:
    """One part that was checked.

    Attributes
    ----------
    part : str
    state : State
    found : str
        What is there, with its version or size.
    fix : str
        What to do; empty when it is well.
    """

    part: str
    state: State
    found: str
    fix: str = ""


#: A check; more findings than one where one question answers several.
Check = Callable[[], Iterator[Finding]]


def ok(part: str, found: str) -> Finding:
    return Finding(part, State.OK, found)


def warn(part: str, found: str, fix: str) -> Finding:
    return Finding(part, State.WARN, found, fix)


def bad(part: str, found: str, fix: str) -> Finding:
    return Finding(part, State.BAD, found, fix)


def findings(part: str, check: Check) -> list[Finding]:
    """Run a check; an error of ours is a finding, and what was found before it stays.

    >>> findings("x", lambda: iter([ok("x", "1")]))
    [Finding(part='x', state=<State.OK: 'ok'>, found='1', fix='')]
    """
    found: list[Finding] = []
    try:
        for finding in check():
            found.append(finding)
    except DuankaError as error:
        found.append(bad(part, "cannot be used", str(error)))
    except OSError as error:
        found.append(bad(part, f"{error.filename or part}", error.strerror or type(error).__name__))
    return found
