"""Text as it may be logged: without whole numbers of cards and phones."""

import logging
import re

#: Seven digits and more, or groups of four as cards are printed. Not the time in a run's name, nor
#: the 32 hexadecimal digits by which Flink names jobs: both are needed to find a file.
_NUMBER = re.compile(
    r"(?P<kept>(?<![0-9a-f])(?=\d*[a-f])[0-9a-f]{32}(?![0-9a-f])|(?<!\d)20\d{6}(?=T\d{6}))"
    r"|(?P<head>\d{3})(?P<tail>\d{4,}|\d{0,4}(?:[ -]\d{4}){2,4}\d*)")
_DIGIT = re.compile(r"\d")


def mask_numbers(text: str) -> str:
    """Return `text` with every digit behind the first three of a long number replaced by a star.

    It errs on the safe side: sizes in bytes and times in milliseconds are masked, too.

    >>> mask_numbers("phone:13812345678 paid 6222 0212 3456 7890, see run-20260301T120000-000001, 2026-03-01 12:00:00")
    'phone:138******** paid 622* **** **** ****, see run-20260301T120000-000001, 2026-03-01 12:00:00'
    """
    return _NUMBER.sub(_masked, text)


def _masked(found: re.Match) -> str:
    return found["kept"] or found["head"] + _DIGIT.sub("*", found["tail"])


class MaskedRecords(logging.Filter):
    """Masks what a handler is given, stack traces included; for handlers with a format of their own."""

    def filter(self, record: logging.LogRecord) -> bool:
        trace = stack_trace(record)
        record.msg = mask_numbers(record.getMessage() + (f"\n{trace}" if trace else ""))
        record.args, record.exc_info, record.exc_text, record.stack_info = (), None, None, None
        return True


def stack_trace(record: logging.LogRecord) -> str:
    """Return the stack trace of a record as text, empty without any."""
    raised = _PLAIN.formatException(record.exc_info) if record.exc_info else record.exc_text
    return "\n".join(part for part in (raised, record.stack_info) if part)


_PLAIN = logging.Formatter()
