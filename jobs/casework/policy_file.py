"""The file of case work: periods and, in a table of its own, the office that notices name."""

import difflib
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

from casework.notice import Office
from casework.policy import Policy, policy_from
from casework.refusal import BadPolicy


def load_policy(path: Path | None) -> tuple[Policy, Office]:
    """Return periods and office; our own periods and an office still to be named without a file.

    Raises
    ------
    BadPolicy
        The file cannot be read, or holds what is not known.
    """
    if path is None:
        return Policy(), Office()
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadPolicy(f"casework: {path} cannot be read: {error.strerror}; give a TOML file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadPolicy(f"casework: {path} is not TOML: {error}") from error
    try:
        return policy_from({name: v for name, v in given.items() if name != "office"}), _office(given.get("office", {}))
    except BadPolicy as error:
        raise BadPolicy(f"casework: {path}: {error}") from error


def _office(given: Any) -> Office:
    known = [f.name for f in fields(Office)]
    if not isinstance(given, dict):
        raise BadPolicy(f"office is a table, got {given!r}")
    for name, value in given.items():
        if name not in known:
            near = difflib.get_close_matches(name, known, 1, 0.4)
            raise BadPolicy(f"unknown name in the table office: {name!r}; did you mean {(near or known)[0]!r}?")
        if not isinstance(value, str) or not value.strip():
            raise BadPolicy(f"office.{name} is a text, got {value!r}")
    return Office(**given)
