"""Questions about openings as they come in a file: JSON objects, one a line."""

import json
from collections.abc import Iterator
from pathlib import Path

from features.errors import DuankaError
from features.openings.rows import area_code
from models.opening_decision import OpeningQuestion

_TEXTS = ("institution", "branch", "clerk", "agent", "address", "linked_phone")
_KINDS = ("phone", "account")


class BadOpeningQuestion(DuankaError, ValueError):
    """A question cannot be understood; the message says which one, what was given and what to do."""


def opening_question(given: dict, at_ms: int, where: str = "the question") -> OpeningQuestion:
    """Make a question of plain values.

    Parameters
    ----------
    given : dict
        holder and kind (phone or account); institution, branch, clerk, agent, address, linked_phone, area,
        corporate and at_ms where known.
    at_ms : int
        When it is asked, where the question does not say so.

    Raises
    ------
    BadOpeningQuestion

    Examples
    --------
    >>> opening_question({"holder": "h1", "kind": "phone", "area": "510107"}, 0).area
    510107
    """
    valid = ("holder", "kind", "area", "corporate", "at_ms", *_TEXTS)
    if not isinstance(given, dict) or (unknown := sorted(set(given) - set(valid))):
        got = f"the field {unknown[0]!r}" if isinstance(given, dict) else "no JSON object"
        raise BadOpeningQuestion(f"{where} has {got}; fields are {', '.join(valid)}")
    holder, kind = given.get("holder"), given.get("kind")
    if not isinstance(holder, str) or not holder:
        raise BadOpeningQuestion(f"{where} names no holder; give the pseudonymous identifier as in the topic card")
    if kind not in _KINDS:
        raise BadOpeningQuestion(f"{where}: a kind is phone or account, got {kind!r}")
    texts = {name: given.get(name) or "" for name in _TEXTS}
    wrong = [name for name, value in texts.items() if not isinstance(value, str)]
    if wrong:
        raise BadOpeningQuestion(f"{where}: {wrong[0]} must be text")
    area, corporate, at_ms = given.get("area") or "", given.get("corporate") or False, given.get("at_ms", at_ms)
    if area and (not isinstance(area, str) or not area_code(area)):
        raise BadOpeningQuestion(f"{where}: an area is a six-digit code such as 510107, got {area!r}")
    if not isinstance(corporate, bool) or isinstance(at_ms, bool) or not isinstance(at_ms, int) or at_ms < 0:
        raise BadOpeningQuestion(f"{where}: corporate is true or false, at_ms whole milliseconds since 1970")
    texts["linked_phone"] = texts["linked_phone"].removeprefix("phone:")
    return OpeningQuestion(holder, _KINDS.index(kind), at_ms, area=area_code(area), corporate=corporate, **texts)


def questions_in(path: Path, at_ms: int) -> Iterator[OpeningQuestion]:
    """Questions of a file, in order; blank lines are none.

    Raises
    ------
    BadOpeningQuestion
        With the number of the line.
    """
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    try:
                        given = json.loads(line)
                    except ValueError as error:
                        raise BadOpeningQuestion(f"line {number} of {path} is not JSON: {error}") from error
                    yield opening_question(given, at_ms, f"line {number} of {path}")
    except UnicodeDecodeError as error:
        raise BadOpeningQuestion(f"{path} is not UTF-8: {error.reason}") from error
