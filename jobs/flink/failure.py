"""Turns a failed job's exception into one sentence."""

import re

from connectors.masking import mask_numbers

_PYTHON_ERROR = re.compile(r"^\s*((?:\w+\.)*\w*(?:Error|Exception|Interrupt|Exit)\b.*)$")


def failure_sentence(trace: str) -> str:
    """The most telling line of a Java stack trace, shortened.

    The last line of a Python traceback wins, since that is where users' data and our code meet;
    else the innermost Java cause.

    >>> failure_sentence("java.lang.RuntimeException: a\\n\\tat x.y(z)\\nCaused by: b.CError: out\\n")
    'CError: out.'
    """
    lines = trace.replace("\\n", "\n").splitlines()
    sentence = _last_python_error(lines) or _innermost_cause(lines) or "no reason was given"
    sentence = mask_numbers(" ".join(sentence.split()))[:300]
    if "SDK harness" in sentence or "hang up" in sentence or "worker" in sentence.lower():
        sentence = f"a Python worker ended unexpectedly ({sentence})"
    elif sentence.startswith("NoResourceAvailableException"):
        sentence = f"no task manager with free slots is left ({sentence})"
    return sentence if sentence.endswith((".", ")")) else sentence + "."


def _last_python_error(lines: list[str]) -> str | None:
    found = None
    in_traceback = False
    for line in lines:
        if "Traceback (most recent call last)" in line:
            in_traceback = True
        elif in_traceback and not line.startswith((" ", "\t")) and (hit := _PYTHON_ERROR.match(line)):
            found = hit.group(1)
            in_traceback = False
    return found


def _innermost_cause(lines: list[str]) -> str | None:
    causes = [line for line in lines
              if line and not line.startswith(("\t", " ", "at ")) and ":" in line]
    if not causes:
        return None
    cause = causes[-1].removeprefix("Caused by: ")
    kind, _, message = cause.partition(": ")
    return f"{kind.rpartition('.')[2]}: {message}" if message else cause
