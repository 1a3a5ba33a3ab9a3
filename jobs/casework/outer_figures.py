"""Figures that Duanka does not make itself: cases, losses, arrests, coverage, as the police count them."""

import csv
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from casework.event import Act, Event
from casework.figures import NAMES, import_figures, summed
from connectors.clickhouse import Store
from connectors.queries.outer_figures import days_with_figures, figures_by_area
from features.errors import DuankaError
from jobs.casework.desk import Desk
from jobs.casework.period import Period, days_before

#: Columns of a file besides ``day`` and ``area``; a file has some of them, and an empty cell says nothing.
COLUMNS = tuple(name.replace("_fen", "_yuan") for name in NAMES)
_AREA = re.compile(r"\d{2}|\d{4}|\d{6}", re.ASCII)
#: Digits of an area code that make a prefecture.
_PREFECTURE = 4
#: The largest value (ours): more is a slip of the pen.
_MOST = 10**15


class BadFigures(DuankaError, ValueError):
    """A file of figures cannot be read."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of an area on a day; `name` is one of `casework.figures.NAMES`, money in fen."""

    day: str
    area: str
    name: str
    value: int


def read_figures(path: Path) -> list[Figure]:
    """Read a CSV with the columns ``day``, ``area`` and some of `COLUMNS`.

    Raises
    ------
    BadFigures
        The file cannot be read, or a line of it.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            head = reader.fieldnames or ()
            given = [name for name in COLUMNS if name in head]
            if not {"day", "area"} <= set(head) or not given or set(head) - {"day", "area", *COLUMNS}:
                raise BadFigures(f"figures: {path} wants the columns day, area and some of {', '.join(COLUMNS)}; got "
                                 f"{', '.join(head) or 'an empty file'}")
            return [figure for row in reader for figure in _of_line(row, given, f"{path}, line {reader.line_num}")]
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or error
        raise BadFigures(f"figures: {path} cannot be read: {why}; give a CSV file in UTF-8") from error
    except csv.Error as error:
        raise BadFigures(f"figures: {path} is no CSV: {error}") from error


def _of_line(row: dict[str, Any], given: Iterable[str], where: str) -> list[Figure]:
    if None in row or None in row.values():
        raise BadFigures(f"figures: {where}: as many values as columns are wanted")
    try:
        day = date.fromisoformat(row["day"].strip()).isoformat()
    except ValueError:
        raise BadFigures(f"figures: {where}: a day is like 2026-03-01, got {row['day']!r}") from None
    area = row["area"].strip()
    if not _AREA.fullmatch(area):
        raise BadFigures(f"figures: {where}: an area is a code of 2, 4 or 6 digits, got {row['area']!r}")
    found = []
    for column in given:
        text = row[column].strip()
        if text:
            name = column.replace("_yuan", "_fen")
            found.append(Figure(day, area, name, _value(text, 100 if name != column else 1, f"{where}: {column}")))
    return found


def _value(text: str, by: int, where: str) -> int:
    try:
        value = Decimal(text) * by
        if value.is_finite() and value == int(value) and 0 <= value <= _MOST:
            return int(value)
    except InvalidOperation:
        pass
    raise BadFigures(f"figures: {where}: a number that is not negative is wanted, got {text!r}")


def keep_figures(desk: Desk, act: Act, figures: list[Figure]) -> list[Event]:
    """Store figures of a file, in the name of a supervisor; a day and area that had some get these instead.

    Raises
    ------
    BadFigures
        There are none.
    CaseRefused
    """
    if not figures:
        raise BadFigures("figures: the file has no figure")
    digest = hashlib.sha256(repr([(f.day, f.area, f.name, f.value) for f in figures]).encode()).hexdigest()
    days = min(f.day for f in figures), max(f.day for f in figures)
    by = desk.officer(act.officer)
    # In the log first: what nobody is said to have brought must not be counted. Stored twice they are the same.
    done = desk.carry_out("figures:police", act, lambda before, a: import_figures(by, a, len(figures), days, digest))
    if done[0].act.payload["sha256"] != digest:
        raise BadFigures("figures: this command brought other figures before; give it another --command-id")
    desk.store.insert("outer_figures", {
        "day": [date.fromisoformat(f.day) for f in figures], "area": [f.area for f in figures],
        "name": [f.name for f in figures], "value": [f.value for f in figures],
        "officer": [act.officer] * len(figures), "version": [done[0].seq] * len(figures)})
    return done


def outer_figures(store: Store, period: Period, area: str = "") -> dict[str, Any] | None:
    """Return what was imported of a period, with the period before and by prefecture; None where nothing was."""
    since, until = (day.isoformat() for day in period.days)
    rows = figures_by_area(store, since, until, area)
    if not rows:
        return None
    before = tuple(day.isoformat() for day in days_before(*period.days))
    return _told(rows, days_with_figures(store, since, until, area), figures_by_area(store, *before, area), before)


def figures_in(path: Path, period: Period, area: str = "") -> dict[str, Any] | None:
    """The same of a file that nobody imported.

    Raises
    ------
    BadFigures
    """
    figures = [figure for figure in read_figures(path) if figure.area.startswith(area)]
    now, before = period.days, days_before(*period.days)
    mine = [f for f in figures if now[0].isoformat() <= f.day <= now[1].isoformat()]
    earlier = [f for f in figures if before[0].isoformat() <= f.day <= before[1].isoformat()]
    if not mine:
        return None
    return _told(_by_area(mine), len({f.day for f in mine}), _by_area(earlier),
                 tuple(day.isoformat() for day in before))


def _by_area(figures: Iterable[Figure]) -> list[dict[str, Any]]:
    found: dict[tuple[str, str], list[Figure]] = defaultdict(list)
    for figure in figures:
        found[figure.area, figure.name].append(figure)
    return [{"area": area, "figure": name, "total": sum(f.value for f in some),
             "latest": max(some, key=lambda f: f.day).value} for (area, name), some in sorted(found.items())]


def _told(rows: list[dict[str, Any]], days: int, before: list[dict[str, Any]],
          before_days: tuple[str, ...]) -> dict[str, Any]:
    places: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        places[row["area"][:_PREFECTURE]].append(row)
    return _in_yuan(summed(rows)) | {
        "days": days, "before": {"since": before_days[0], "until": before_days[1]} | _in_yuan(summed(before)),
        "by_territory": [{"name": place} | _in_yuan(summed(some)) for place, some in sorted(places.items())],
    }


def _in_yuan(figures: dict[str, Any]) -> dict[str, Any]:
    fen = figures.pop("loss_fen")
    return figures | {"loss_yuan": None if fen is None else f"{Decimal(fen) / 100:.2f}"}
