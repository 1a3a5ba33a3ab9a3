"""Turn parsed JSON values into typed columns, and say which records break the event's definition."""

from dataclasses import dataclass
from dataclasses import field as dataclass_field

import numba
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.events import Field, FieldType, Topic
from features.hashing import string_buffers
from features.parsed import ParsedColumns
from features.rejects import Reason

#: Stands for an absent number in an int64 column.
ABSENT = np.iinfo(np.int64).min
#: 1980-01-01; no call or bank record of use is older (ours).
EARLIEST_MS = 315_532_800_000
#: 2299-12-31T23:59:59.999Z; ClickHouse's DateTime64 ends with that day, and readers fail on later years.
LATEST_STORED_MS = 10_413_791_999_999

_YUAN = r"^[+-]?\d{1,15}(\.\d{1,2}0{0,4})?$"
_FINER_YUAN = r"^[+-]?\d{1,15}\.\d{1,6}$"
_ISO = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})$"


@dataclass
class Verdicts:
    """The first thing wrong with each record, if anything.

    Attributes
    ----------
    wrong : ndarray of bool, shape (n,)
    why : dict of int to (Reason, str)
        By row, for the wrong ones.
    """

    wrong: np.ndarray
    why: dict[int, tuple[Reason, str]] = dataclass_field(default_factory=dict)

    def mark(self, bad: np.ndarray, reason: Reason, detail: str) -> None:
        if not bad.any():
            return
        for row in np.flatnonzero(bad & ~self.wrong).tolist():
            self.why[row] = (reason, detail)
        self.wrong |= bad


def validate(
    topic: Topic, parsed: ParsedColumns, latest_ms: int
) -> tuple[dict[str, np.ndarray | pa.StringArray], Verdicts]:
    """Validate n parsed records of one topic; vectorised, no record looks at its neighbours.

    Parameters
    ----------
    latest_ms : int
        Event times after this are refused, UTC ms; a record from the future would push the watermark.

    Returns
    -------
    columns : dict
        By field name: int64 UTC ms for times, int64 fen for money and int64 seconds (both
        :data:`ABSENT` where missing), int8 for flags and choices (-1 where missing),
        string arrays (empty or null where missing) for the rest. Values in wrong rows mean nothing.
    verdicts : Verdicts
    """
    verdicts = Verdicts(np.zeros(parsed.rows, bool))
    columns = {}
    for field in topic.fields:
        match field.type:
            case FieldType.TIME:
                values, present = _times(field, parsed, latest_ms, verdicts)
            case FieldType.MONEY:
                values, present = _money(field, parsed, verdicts)
            case FieldType.SECONDS:
                values, present = _seconds(field, parsed, verdicts)
            case FieldType.FLAG:
                values, present = _flags(field, parsed)
            case FieldType.CHOICE:
                values, present = _choices(field, parsed, verdicts)
            case _:
                values, present = _texts(field, parsed, verdicts)
        if field.required:
            verdicts.mark(~present, Reason.MISSING_FIELD, field.name)
        columns[field.name] = values
    return columns, verdicts


def _nothing(n: int) -> np.ndarray:
    return np.zeros(n, bool)


def _present(array: pa.Array) -> np.ndarray:
    if array.null_count == 0:
        return np.ones(len(array), bool)
    return array.is_valid().to_numpy(zero_copy_only=False)


def _filled(array: pa.Array, fill) -> np.ndarray:
    return (array.fill_null(fill) if array.null_count else array).to_numpy(zero_copy_only=False)


def _times(field: Field, parsed: ParsedColumns, latest_ms: int, verdicts: Verdicts):
    values = np.full(parsed.rows, ABSENT)
    present = _nothing(parsed.rows)
    if (numbers := parsed.number(field.name)) is not None:
        values = _filled(numbers, ABSENT).astype(np.int64)
        present = _present(numbers)
    texts = parsed.text(field.name)
    if texts is not None and texts.null_count < len(texts):
        given = _present(texts)
        ms, readable = _parse_iso(texts.filter(pa.array(given)))
        values = values.copy()
        values[given] = ms
        bad = _nothing(parsed.rows)
        bad[given] = ~readable
        verdicts.mark(bad, Reason.BAD_TIME, f"{field.name}: want ISO-8601 with offset, or epoch ms")
        present = present | given
    # Only the event's own time moves the watermark; a due date may well lie in the future.
    last_ms = latest_ms if field.name in ("event_time", "pushed_at") else LATEST_STORED_MS
    checked = present & ~verdicts.wrong
    verdicts.mark(checked & (values < EARLIEST_MS), Reason.TOO_FAR_PAST, field.name)
    verdicts.mark(checked & (values > last_ms), Reason.TOO_FAR_FUTURE, field.name)
    return values, present


def _parse_iso(texts: pa.StringArray) -> tuple[np.ndarray, np.ndarray]:
    shaped = pc.match_substring_regex(texts, _ISO).to_numpy(zero_copy_only=False)
    try:
        stamps = texts.filter(pa.array(shaped)).cast(pa.timestamp("us", "UTC"))
    except pa.ArrowInvalid:
        return _parse_iso_singly(texts, shaped)
    ms = np.full(len(texts), ABSENT)
    ms[shaped] = stamps.cast(pa.int64()).to_numpy() // 1000
    return ms, shaped


def _parse_iso_singly(texts: pa.StringArray, shaped: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    ms = np.full(len(texts), ABSENT)
    readable = shaped.copy()
    for i in np.flatnonzero(shaped).tolist():
        try:
            stamp = pa.array([texts[i].as_py()]).cast(pa.timestamp("us", "UTC"))
        except pa.ArrowInvalid:
            readable[i] = False
        else:
            ms[i] = stamp.cast(pa.int64())[0].as_py() // 1000
    return ms, readable


def _money(field: Field, parsed: ParsedColumns, verdicts: Verdicts):
    yuan = np.zeros(parsed.rows)
    present = _nothing(parsed.rows)
    if (numbers := parsed.number(field.name)) is not None:
        yuan, present = _filled(numbers, 0.0), _present(numbers)
    texts = parsed.text(field.name)
    if texts is not None and texts.null_count < len(texts):
        given = _present(texts)
        decimal = _filled(pc.match_substring_regex(texts, _YUAN), False)
        if (given & ~decimal).any():
            finer = _filled(pc.match_substring_regex(texts, _FINER_YUAN), False)
            verdicts.mark(given & ~decimal & finer, Reason.BAD_VALUE, f"{field.name}: more than two decimals")
            verdicts.mark(given & ~decimal, Reason.BAD_VALUE, f"{field.name}: not a decimal number")
        usable = pc.if_else(pa.array(decimal), texts, pa.scalar("0"))
        yuan = np.where(given, usable.cast(pa.float64()).to_numpy(zero_copy_only=False), yuan)
        present = present | given
    low, high = field.low / 100, field.high / 100
    out = present & ~((yuan >= low) & (yuan <= high))
    verdicts.mark(out, Reason.OUT_OF_RANGE, f"{field.name}: want {low:g} to {high:g} yuan")
    yuan = np.where(out, 0.0, yuan)
    fen = np.rint(yuan * 100)
    # More decimals are an error, not dust. Fen are exact up to 1e13, and division rounds correctly, so
    # the quotient is the very double that two decimals are read as.
    odd = present & (fen / 100 != yuan)
    verdicts.mark(odd, Reason.BAD_VALUE, f"{field.name}: more than two decimals")
    return np.where(present, fen.astype(np.int64), ABSENT), present


def _seconds(field: Field, parsed: ParsedColumns, verdicts: Verdicts):
    numbers = parsed.number(field.name)
    if numbers is None:
        return np.full(parsed.rows, ABSENT), _nothing(parsed.rows)
    values, present = _filled(numbers, 0.0), _present(numbers)
    out = present & ~((values >= field.low) & (values <= field.high))
    verdicts.mark(out, Reason.OUT_OF_RANGE, f"{field.name}: want {field.low} to {field.high} s")
    seconds = np.floor(np.where(out, 0.0, values)).astype(np.int64)
    return np.where(present, seconds, ABSENT), present


def _flags(field: Field, parsed: ParsedColumns):
    flags = parsed.flag(field.name)
    if flags is None:
        return np.full(parsed.rows, -1, np.int8), _nothing(parsed.rows)
    present = _present(flags)
    return np.where(present, _filled(flags, False), -1).astype(np.int8), present


def _choices(field: Field, parsed: ParsedColumns, verdicts: Verdicts):
    texts = parsed.text(field.name)
    if texts is None:
        return np.full(parsed.rows, -1, np.int8), _nothing(parsed.rows)
    present = _present(texts)
    index = pc.index_in(texts, pa.array(field.choices))
    codes = _filled(index, -1).astype(np.int8)
    verdicts.mark(
        present & (codes < 0), Reason.BAD_VALUE, f"{field.name}: not one of {', '.join(field.choices)}"
    )
    return codes, present


def _texts(field: Field, parsed: ParsedColumns, verdicts: Verdicts):
    texts = parsed.text(field.name)
    if texts is None:
        texts = pa.nulls(parsed.rows, pa.string())
    data, offsets = string_buffers(texts)
    bad = np.zeros(parsed.rows, bool)
    present = np.zeros(parsed.rows, bool)
    shape = {FieldType.PARTY: 1, FieldType.CARD: 2}.get(field.type, 0)
    _check_texts(data, offsets, shape, field.max_length, bad, present)
    want = ("printable text", "visible ASCII", "phone:… or account:…")[shape]
    verdicts.mark(bad, Reason.BAD_VALUE, f"{field.name}: want 1 to {field.max_length} of {want}")
    return texts, present


@numba.njit(cache=True, nogil=True)
def _check_texts(data, offsets, shape, max_length, bad, present):
    for j in range(bad.size):
        start, end = offsets[j], offsets[j + 1]
        present[j] = end > start
        length = 0
        for i in range(start, end):
            c = data[i]
            if c & 0xC0 != 0x80:  # not a continuation byte: one more character
                length += 1
            # U+0080 to U+009F are control characters, too: C2 80 to C2 9F.
            if c < 32 or c == 127 or (c == 0xC2 and data[i + 1] < 0xA0) or (shape > 0 and (c == 32 or c > 126)):
                bad[j] = True
        if length > max_length:
            bad[j] = True
        if shape == 2 and end > start and not bad[j]:
            bad[j] = not _is_card(data, start, end)


@numba.njit(cache=True)
def _is_card(data, start, end):
    phone = (112, 104, 111, 110, 101, 58)  # "phone:"
    account = (97, 99, 99, 111, 117, 110, 116, 58)  # "account:"
    n = end - start
    is_phone = n > 6
    for k in range(6):
        is_phone = is_phone and data[start + k] == phone[k]
    is_account = n > 8
    for k in range(8):
        is_account = is_account and n > 8 and data[start + k] == account[k]
    return is_phone or is_account
