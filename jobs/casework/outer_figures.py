"""Figures that Duanka does not make itself: cases, losses, arrests, as the police count them.

The seam for an import is this one function: whatever brings such figures gives rows like a line of the CSV file
``day,area,cases,loss_yuan,arrests``.
"""

import csv
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from jobs.casework.period import BadPeriod, Period, parse_period

_COLUMNS = ("day", "area", "cases", "loss_yuan", "arrests")


def outer_figures(path: Path | None, period: Period) -> dict[str, Any] | None:
    """Return the sums of a period, None where no figures are given.

    Raises
    ------
    BadPeriod
        The file cannot be read, or a line of it.
    """
    if path is None:
        return None
    total = {"days": 0, "cases": 0, "loss_yuan": Decimal(0), "arrests": 0}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            if not set(_COLUMNS) <= set(rows.fieldnames or ()):
                raise BadPeriod(f"figures: {path} has the columns {', '.join(_COLUMNS)}; got {rows.fieldnames}")
            days = set()
            for row in rows:
                day = parse_period(date.fromisoformat(row["day"]).isoformat())
                if not period.from_ms <= day.from_ms < period.to_ms:
                    continue
                days.add(row["day"])
                total["cases"] += int(row["cases"])
                total["arrests"] += int(row["arrests"])
                total["loss_yuan"] += Decimal(row["loss_yuan"])
    except OSError as error:
        raise BadPeriod(f"figures: {path} cannot be read: {error.strerror}; give a CSV file") from error
    except (ValueError, TypeError, InvalidOperation) as error:
        if isinstance(error, BadPeriod):
            raise
        raise BadPeriod(f"figures: {path}, line {rows.line_num}: {error}") from error
    return total | {"days": len(days), "loss_yuan": str(total["loss_yuan"])}
