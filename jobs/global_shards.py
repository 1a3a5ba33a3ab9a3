"""The shards that hold the whole stream: money goes from anywhere to anywhere, openings are few."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from features.decode import EventBatch
from features.openings.rows import opening_rows
from features.subbatch import SubBatch
from jobs.opening_shard import OpeningShard
from jobs.taint_shard import TaintShard, taint_batch
from models.rules import Rules

#: Their numbers, as shards.
TAINT, OPENINGS = range(2)
GLOBALS = 2


def global_shards(rules: Rules) -> tuple[TaintShard, OpeningShard]:
    """New ones, by their numbers."""
    return TaintShard(rules.taint), OpeningShard(rules.openings)


def global_batches(
    events: EventBatch, uid: np.ndarray, rows: np.ndarray, names: pa.StringArray, issuers: Mapping[str, str]
) -> list[tuple[int, SubBatch]]:
    """What a decoded chunk has for each of them.

    Parameters
    ----------
    rows, names
        What :func:`features.partition.card_rows` made of the chunk.
    issuers : mapping of prefix to name
        See :func:`features.openings.institutions.institution_of`.
    """
    if len(events) == 0:
        return []
    if events.topic.name == "card":
        return [(OPENINGS, opening_rows(events, uid, issuers))]
    taint = taint_batch(events.topic.name, rows, names)
    return [(TAINT, taint)] if taint.rows.size else []
