"""The page ``docs/events.md``, rendered from the definition of the events.

    python -m features.events_page > docs/events.md

A test holds the committed page to it, the examples to the decoder and the retention to the store.
"""

import sys
from datetime import UTC, datetime
from types import MappingProxyType

from features.events import TOPICS, Field, FieldType, Topic
from features.lines import MAX_DEPTH, MAX_RECORD_BYTES
from features.ordering import RECENT_ROWS
from features.rejects import Reason
from features.validate import EARLIEST_MS, LATEST_STORED_MS

_EARLIEST = datetime.fromtimestamp(EARLIEST_MS / 1000, UTC).date().isoformat()
_LATEST = datetime.fromtimestamp(LATEST_STORED_MS // 1000, UTC).date().isoformat()

#: Days that rows of a class are kept, and why; the store's own copy is ``connectors.schema.retention``.
RETENTION = MappingProxyType(
    {
        "call": (180, "the shortest necessary (PIPL art. 19); half a year is ours"),
        "fund": (3653, "ten years (Anti-Money-Laundering Law art. 34)"),
        "case": (3653, "what concerns a holder, a lead or a verdict stays as long as the funds it explains (ours)"),
    }
)

#: What each reason means, for people who look at dead letters.
MEANINGS = MappingProxyType(
    {
        Reason.INVALID_UTF8: "the bytes are not UTF-8",
        Reason.MALFORMED_JSON: "not one JSON value: cut off, two on a line, a byte order mark, `NaN`, `Infinity`, a "
        "number beyond a double, half a surrogate pair, also where a field is ignored",
        Reason.NOT_AN_OBJECT: "valid JSON, but no object",
        Reason.TOO_LONG: f"longer than {MAX_RECORD_BYTES:,} bytes",
        Reason.TOO_DEEP: f"brackets nested deeper than {MAX_DEPTH}",
        Reason.MISSING_FIELD: "a required field is absent or `null`, or empty where it is text, a phone or account "
        "number or a card",
        Reason.WRONG_TYPE: "a field has a JSON type that it does not take, such as a number for a card",
        Reason.BAD_VALUE: "text too long or with control characters, no such choice, not a decimal amount, more than "
        "two decimals or 15 digits before them",
        Reason.OUT_OF_RANGE: "a number beyond the limits of its field, or a time that is no whole millisecond",
        Reason.BAD_TIME: "a time as text that is not ISO-8601 with offset, or no such day or hour",
        Reason.TOO_FAR_PAST: f"a time before {_EARLIEST}",
        Reason.TOO_FAR_FUTURE: "the event's own time is later than the run's clock by more than the setting `future_s`,"
        f" or another time is after {_LATEST}",
        Reason.DUPLICATE: f"the same event is among the last {RECENT_ROWS:,} rows that the shard of its card took",
    }
)

#: One record of each topic, as a source may send it.
EXAMPLES = MappingProxyType(
    {
        "card": '{"event_id":"c-1","event_time":"2026-03-01T09:30:00+08:00","card":"phone:13800000001","action":"open",'
        '"holder":"h-77","branch":"b-12","clerk":"k-3"}',
        "cdr": '{"event_id":"v-1","event_time":1772420400000,"kind":"voice","caller":"13800000001",'
        '"callee":"13900000002","duration_s":61,"answered":true,"imei":"860000000000001","cell":"510100-17"}',
        "txn": '{"event_id":"t-1","event_time":"2026-03-02T11:00:00.125+08:00","payer":"6222000000000000001",'
        '"payee":"6222000000000000002","amount":"1250.50","channel":"mobile","balance_after":"31.07"}',
        "lead": '{"lead_id":"l-1","pushed_at":1772420400000,"source":"provincial-center",'
        '"card":"account:6222000000000000002","due_at":"2026-03-07T11:00:00+08:00"}',
        "verdict": '{"event_time":1772506800000,"card":"account:6222000000000000002","verdict":"confirmed",'
        '"officer":"officer-04","lead_id":"l-1"}',
        "watchlist": '{"event_time":1772506800000,"list":"city","card":"phone:13800000001","action":"add",'
        '"kind":"block"}',
    }
)

_BECOMES = {
    FieldType.TEXT: "UTF-8 text",
    FieldType.PARTY: "UTF-8 text",
    FieldType.CARD: "UTF-8 text",
    FieldType.TIME: "int64, UTC ms",
    FieldType.MONEY: "int64, fen",
    FieldType.SECONDS: "int64, s, rounded down",
    FieldType.FLAG: "int8: 0, 1",
}
_JSON = {
    FieldType.TEXT: "string",
    FieldType.PARTY: "string",
    FieldType.CARD: "string",
    FieldType.TIME: "string or number",
    FieldType.MONEY: "string or number",
    FieldType.SECONDS: "number",
    FieldType.FLAG: "boolean",
    FieldType.CHOICE: "string",
}

_INTRODUCTION = f"""\
# Events

This page is made from `features/events.py`, the one definition of all events:
`python -m features.events_page > docs/events.md`. A test fails when the two differ.

## Topics are folders

The setting `bus` names a folder. It holds one folder per topic; a topic holds files that end in `.ndjson`, one JSON
object a line, UTF-8, not compressed. A topic without a folder has no events.

- Files are read in order of their names, which are UTF-8. A writer appends to the last one, or adds one whose name
  sorts after it; one that sorts before is not read.
- While a job runs, files must not be shortened, replaced or removed: a chunk is a byte range that may be read again.
- Hidden files are left out, so that a writer can fill `.part.ndjson` and rename it.
- Blank lines are no records. With `duanka run --follow` a line counts once its line feed is there, or once a later
  file exists.
- Events may be out of order by up to the setting `lateness_s`; see [operations](operations.md#disorder-and-lateness).

Fields that are not listed here are ignored, and not stored. `null` means absent. Of a field that stands twice the last
counts. What a record becomes does not depend on its neighbours. What was done to hold this: [bad input](bad-input.md).

## Values

- *Times* are ISO-8601 with offset (`2026-03-02T11:00:00.125+08:00`, `2026-03-02 03:00Z`): date, `T` or a space, hours
  and minutes, at will seconds and up to six decimals, then `Z`, `+hh:mm` or `+hhmm`. Or they are epoch milliseconds as
  a whole number. They are {_EARLIEST} or later. The event's own time may not be in the future by more than `future_s`;
  other times (`due_at`, `expires_at`) may, to {_LATEST}. Parts of a millisecond are cut off.
- *Money* is yuan, as a decimal string (`"1250.50"`) or a number, with at most two decimals; four zeros may follow them.
  It becomes integer fen; its column in the store ends in `_fen`. A number is read as a double: decimals that a double
  does not hold are not seen.
- *Text* has no control characters (U+0000 to U+001F, U+007F to U+009F). Phone and account numbers are visible ASCII. A
  card is `phone:NUMBER` or `account:NUMBER`.
- *Absent* values are NULL for numbers and times, empty for text, -1 for flags and choices.
- A choice is stored by its number in the order given here, so choices are only ever added at the end.
"""

_USES = """\
## What the scores use

All fields are kept in the store, unless `store_events` is off. The features are computed from these:

| topic | fields |
|---|---|
| `cdr` | event_time, kind, caller, callee, duration_s, answered, imei, cell, area, home_area |
| `txn` | event_time, payer, payee, amount, channel (`atm` only), balance_after, device |
| `card` | event_time, card, action (`open` only: the age of the card), corporate, area (home of the card) |
| `verdict` | event_time, card, verdict: a confirmed card speaks against those on its device, a cleared one is snoozed |
| `watchlist` | all: no feature, but a floor under the risk and who opens a hit, see [watchlists](watchlists.md) |
| `lead` | none: counted, stored and shown with the card, no score depends on them |

## Identity and repeats

An event of `cdr`, `txn` or `card` is identified by its topic, its identifier, its time and the parties to it; a `lead`
by its identifier, time and card; a `verdict` or `watchlist` entry by all its fields. The same event delivered again is
refused as `duplicate` while it is remembered, and collapses with the first one in the store's tables in any case.
"""

_RETENTION_HEAD = """\
## Retention

Rows are kept for the days of their topic's class, counted from the day they were taken in: a replay of last year's
records must not vanish as it arrives. The days are set in `connectors/schema/retention.py`.

"""

_REASONS_HEAD = """\
## Dead letters

A record that cannot become an event goes to the table `dead_letters` with the first thing that is wrong with it, its
topic, file, byte offset and raw bytes; the job goes on. How to look at them: [operations](operations.md#dead-letters).

"""


def events_page() -> str:
    """Markdown of the whole page; the same text for the same definition."""
    parts = [_INTRODUCTION, _retention(), *(_topic(topic) for topic in TOPICS.values()), _USES, _reasons()]
    return "\n".join(parts)


def _retention() -> str:
    rows = [
        (name, ", ".join(f"`{t.name}`" for t in TOPICS.values() if t.retention == name), f"{days:,}", why)
        for name, (days, why) in RETENTION.items()
    ]
    return _RETENTION_HEAD + _table(("class", "topics", "days", "why"), rows)


def _topic(topic: Topic) -> str:
    rows = [
        (f"`{f.name}`", "yes" if f.required else "", _JSON[f.type], _becomes(f), _limits(topic, f), f.doc)
        for f in topic.fields
    ]
    table = _table(("field", "required", "JSON type", "becomes", "limits", "meaning"), rows)
    return f"## `{topic.name}`\n\n{topic.doc} Retention: {topic.retention}.\n\n{table}\n" + (
        f"```json\n{EXAMPLES[topic.name]}\n```\n"
    )


def _becomes(field: Field) -> str:
    if field.type is FieldType.CHOICE:
        return "int8: " + ", ".join(f"{k} {choice}" for k, choice in enumerate(field.choices))
    return _BECOMES[field.type]


def _limits(topic: Topic, field: Field) -> str:
    match field.type:
        case FieldType.TEXT:
            return f"1 to {field.max_length:,} characters"
        case FieldType.PARTY:
            return f"1 to {field.max_length} visible ASCII characters"
        case FieldType.CARD:
            return f"`phone:…` or `account:…`, at most {field.max_length} visible ASCII characters"
        case FieldType.TIME:
            latest = "the clock plus `future_s`" if field.name == topic.time_field else _LATEST
            return f"{_EARLIEST} to {latest}"
        case FieldType.MONEY:
            return f"{field.low / 100:,.2f} to {field.high / 100:,.2f} yuan"
        case FieldType.SECONDS:
            return f"{field.low:,} to {field.high:,} s"
        case FieldType.FLAG:
            return "`true`, `false`"
        case _:
            return ", ".join(f"`{choice}`" for choice in field.choices)


def _reasons() -> str:
    rows = [(f"`{reason}`", MEANINGS[reason]) for reason in Reason]
    return _REASONS_HEAD + _table(("reason", "meaning"), rows)


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join("| " + " | ".join(cells) + " |\n" for cells in lines)


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    sys.stdout.write(events_page())
