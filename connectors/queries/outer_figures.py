"""Cases, arrests, losses and coverage as they were imported."""

from typing import Any

from connectors.clickhouse import Store

_SUMS = """
SELECT area, toString(name) AS figure, sum(value) AS total, argMax(value, day) AS latest
FROM outer_figures FINAL
WHERE day BETWEEN {since:Date} AND {until:Date} AND startsWith(area, {area:String})
GROUP BY area, figure ORDER BY area, figure
"""
_DAYS = """
SELECT uniqExact(day) AS n FROM outer_figures
WHERE day BETWEEN {since:Date} AND {until:Date} AND startsWith(area, {area:String})
"""


def figures_by_area(store: Store, since: str, until: str, area: str = "") -> list[dict[str, Any]]:
    """Return each area's figures of a time, both days with it.

    Parameters
    ----------
    since, until : str
        Days as ISO-8601 has them.
    area : str
        Beginning of an area code.

    Returns
    -------
    list of dict
        area, figure, total (over the days), latest (of the last day that has one).
    """
    return store.query(_SUMS, {"since": since, "until": until, "area": area})


def days_with_figures(store: Store, since: str, until: str, area: str = "") -> int:
    """Return how many days of a time have a figure."""
    return store.query(_DAYS, {"since": since, "until": until, "area": area})[0]["n"]
