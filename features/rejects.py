"""Why a record went to the dead letters."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Reasons a record is refused; the names are stored and counted, so they do not change."""

    INVALID_UTF8 = "invalid_utf8"
    MALFORMED_JSON = "malformed_json"
    NOT_AN_OBJECT = "not_an_object"
    TOO_LONG = "too_long"
    TOO_DEEP = "too_deep"
    MISSING_FIELD = "missing_field"
    WRONG_TYPE = "wrong_type"
    BAD_VALUE = "bad_value"
    OUT_OF_RANGE = "out_of_range"
    BAD_TIME = "bad_time"
    TOO_FAR_PAST = "too_far_past"
    TOO_FAR_FUTURE = "too_far_future"
    DUPLICATE = "duplicate"


@dataclass(frozen=True)
class Reject:
    """One refused record: its index in the chunk, the reason, a detail for people, its bytes."""

    index: int
    reason: Reason
    detail: str
    raw: bytes
