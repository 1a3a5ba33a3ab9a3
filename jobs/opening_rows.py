"""Findings of openings as rows of their table."""

from collections.abc import Sequence
from dataclasses import asdict, fields

import orjson

from models.opening_findings import OpeningFinding

#: Columns that are named otherwise: the words stand for something in SQL.
_NAMES = {"value": "counted", "limit": "threshold"}
_FIELDS = tuple(field.name for field in fields(OpeningFinding))


def finding_columns(found: Sequence[OpeningFinding | dict]) -> dict[str, list]:
    """Columns of ``opening_findings``; takes findings, or the dicts that a payload holds."""
    rows = [asdict(one) if isinstance(one, OpeningFinding) else one for one in found]
    return {_NAMES.get(name, name): [row[name] for row in rows] for name in _FIELDS}


def findings_in(payload: bytes) -> list[dict]:
    """What a payload of :meth:`jobs.opening_shard.OpeningShard.advance` holds."""
    return orjson.loads(payload)["opening_findings"]
