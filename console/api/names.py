"""What the answers have in common: masked names of cards, reasons, pages of lists."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import Query, Request

from connectors.masking import mask_numbers
from connectors.queries.lead_list import ALL_TIME_MS
from console.api.answers import CardName, Reason
from console.api.cursor import Cursors
from console.masked_card import masked
from console.references import References

#: Rows of a page at most, and where nothing is said (ours).
MOST, USUAL = 200, 50
Limit = Annotated[int, Query(ge=1, le=MOST)]
Cursor = Annotated[str, Query(max_length=1000, description="next of the page before")]
Since = Annotated[int, Query(ge=0, le=ALL_TIME_MS, description="UTC milliseconds")]


def card_name(references: References, card: str) -> CardName:
    return CardName(reference=references.of(card), kind=card.partition(":")[0], masked=masked(card))


def name_of_number(references: References, number: str, kind: str) -> CardName | None:
    """The name of a number that stands in its column without its kind, None where there is none."""
    if not number:
        return None
    return card_name(references, number if ":" in number else f"{kind}:{number}")


def reasons_of(row: Mapping[str, Any], whole: bool = False) -> list[Reason]:
    """Reasons of a hit or warning; they may hold words of people, so numbers in them are masked unless `whole`."""
    told = str if whole else mask_numbers
    return [Reason(code=code, points=points, zh=told(zh), en=told(en)) for code, points, zh, en in
            zip(row["reason_codes"], row["reason_points"], row["reasons_zh"], row["reasons_en"])]


def next_of(request: Request, question: str, rows: Sequence[Mapping[str, Any]], limit: int,
            place: Sequence[str]) -> str | None:
    """The cursor behind the last of `limit` rows, None if one more was asked for and did not come."""
    if len(rows) <= limit:
        return None
    return cursors_of(request).of(question, [rows[limit - 1][name] for name in place])


def cursors_of(request: Request) -> Cursors:
    return request.app.state.cursors
