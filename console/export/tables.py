"""The lists that can be taken out, each as a header and rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from casework.officers import Officer
from connectors.masking import mask_numbers
from connectors.queries.card_custody import put_off
from connectors.queries.card_search import SEARCHED, card_search
from connectors.queries.hit_list import hits
from connectors.queries.lead_page import lead_page
from connectors.queries.queue_page import Place, QueueFilter, queue_page
from console.masked_card import masked
from console.render import day
from console.territory import Territory
from console.texts import Texts
from jobs.casework.desk import Desk
from jobs.casework.lead_clock import due_of

#: Rows of a file at most, and read at once (ours): more is work for the command line.
MOST, _AT_ONCE = 10_000, 1000


class List(StrEnum):
    """What can be taken out as CSV."""

    QUEUE = "queue"
    HITS = "hits"
    LEADS = "leads"
    SEARCH = "search"


@dataclass(frozen=True)
class Wanted:
    """What of it; what makes no sense for a list is passed over."""

    level: str = "blue"
    since_ms: int = 0
    typology: str = ""
    area: str = ""
    handler: str = ""
    open_only: bool = True
    text: str = ""


#: Columns of each list; their texts are ``column.NAME``.
COLUMNS = {
    List.QUEUE: ("card", "level", "risk", "area", "typologies", "reason", "hits", "latest", "verdict", "handler"),
    List.HITS: ("hit_id", "card", "level", "risk", "area", "typologies", "reason", "alerts", "first", "latest",
                "model", "rules"),
    List.LEADS: ("lead_id", "card", "area", "source", "kind", "note", "pushed", "due", "handler", "receipted",
                 "outcome"),
    List.SEARCH: ("card", "by", "risk", "level", "area"),
}


def rows_of(desk: Desk, officer: Officer, kind: List, wanted: Wanted, t: Texts, whole: bool) -> list[list[object]]:
    """Return the rows of a list that lie in an officer's territory, `MOST` at most.

    Raises
    ------
    StoreError
    """
    territory = Territory(desk.store, officer)
    found = {List.QUEUE: _queue, List.HITS: _hits, List.LEADS: _leads, List.SEARCH: _search}[kind](
        desk, territory, wanted, t)
    rows = []
    for row in found[:MOST]:
        row["card"] = row["card"] if whole else masked(row["card"])
        rows.append([_cell(row[name], name, whole) for name in COLUMNS[kind]])
    return rows


def _cell(value: object, name: str, whole: bool) -> object:
    """A text that people wrote may hold a number."""
    return mask_numbers(value) if not whole and name in ("reason", "note") and isinstance(value, str) else value


def _queue(desk: Desk, territory: Territory, wanted: Wanted, t: Texts) -> list[dict[str, Any]]:
    asked = QueueFilter(wanted.level, wanted.since_ms, wanted.typology, wanted.area, wanted.handler,
                        territory.beginnings, put_off=put_off(desk.store, desk.now_ms()))

    def page(last: Mapping[str, Any] | None) -> list[dict[str, Any]]:
        place = Place(last["grade"], last["latest_ms"], last["card"]) if last else None
        return queue_page(desk.store, asked, place, _AT_ONCE)

    return [row | {"risk": row["hit"]["risk"], "typologies": " ".join(row["hit"]["typologies"]),
                   "reason": _reason(row["hit"], t), "latest": day(row["latest_ms"]),
                   "level": t.of("level", row["level"]), "handler": row["holder"] or row["handler"]}
            for row in _all(territory, page)]


def _hits(desk: Desk, territory: Territory, wanted: Wanted, t: Texts) -> list[dict[str, Any]]:
    def page(last: Mapping[str, Any] | None) -> list[dict[str, Any]]:
        return hits(desk.store, wanted.level, wanted.since_ms, wanted.typology, _AT_ONCE, last)

    found = _all(territory, page, wanted.area)
    return [row | {"typologies": " ".join(row["typologies"]), "reason": _reason(row, t),
                   "first": day(row["first_seen_ms"]), "latest": day(row["last_seen_ms"]),
                   "level": t.of("level", row["level"]), "model": row["model_version"],
                   "rules": row["typology_version"]} for row in found]


def _leads(desk: Desk, territory: Territory, wanted: Wanted, t: Texts) -> list[dict[str, Any]]:
    def page(last: Mapping[str, Any] | None) -> list[dict[str, Any]]:
        return lead_page(desk.store, wanted.open_only, wanted.handler, _AT_ONCE,
                         (last["pushed_ms"], last["lead_id"]) if last else None)

    return [row | {"pushed": day(row["pushed_ms"]), "due": day(due_of(row, desk.policy)),
                   "receipted": t("column.yes") if row["receipted"] else ""} for row in _all(territory, page)]


def _search(desk: Desk, territory: Territory, wanted: Wanted, t: Texts) -> list[dict[str, Any]]:
    found = territory.of_rows(card_search(desk.store, wanted.text, SEARCHED), "card")
    return [row | {"by": t.of("by", row["by"]), "level": t.of("level", row["level"]) if row["level"] else ""}
            for row in found]


def _all(territory: Territory, page: Callable[[Mapping[str, Any] | None], list[dict[str, Any]]],
         area: str = "") -> list[dict[str, Any]]:
    """Page behind page, what lies in the territory, and there in an area."""
    mine: list[dict[str, Any]] = []
    rows = page(None)
    while rows:
        mine += [row for row in territory.of_rows(rows, "card") if row["area"].startswith(area)]
        if len(rows) < _AT_ONCE or len(mine) >= MOST:
            break
        rows = page(rows[-1])
    return mine


def _reason(hit: Mapping[str, Any], t: Texts) -> str:
    texts = hit["reasons_zh" if t.language == "zh" else "reasons_en"]
    return texts[0] if texts else ""
