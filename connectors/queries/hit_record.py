"""One hit with everything it was decided on."""

from typing import Any

from connectors.clickhouse import Store
from connectors.queries.hit_list import HIT_COLUMNS

_HIT = f"""
SELECT {HIT_COLUMNS}, evidence_codes, evidence_strength, list_findings
FROM hits FINAL WHERE hits.hit_id = {{hit_id:String}}
"""
# The table lies in order of cards: with one, it is not read as a whole.
_HIT_OF_CARD = f"{_HIT} AND card = {{card:String}}"
_RULES = "SELECT rules FROM typology_versions FINAL WHERE version = {version:String}"


def hit_record(store: Store, hit_id: str, card: str = "") -> dict[str, Any] | None:
    """The latest version of a hit, None where there is none.

    Parameters
    ----------
    card : str
        Whose hit it must be; quick with a million hits.

    Returns
    -------
    dict
        As `connectors.queries.hits`, and ``evidence_codes``, ``evidence_strength``, ``list_findings``;
        they are empty in hits stored before they were kept.
    """
    rows = store.query(_HIT_OF_CARD if card else _HIT, {"hit_id": hit_id} | ({"card": card} if card else {}))
    return rows[0] if rows else None


def stored_rules(store: Store, version: str) -> str | None:
    """The rules of a version as TOML, None where they are not stored."""
    rows = store.query(_RULES, {"version": version})
    return rows[0]["rules"] if rows else None
