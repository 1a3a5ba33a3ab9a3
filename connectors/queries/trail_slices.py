"""Slices of the case log, in order of subjects: their fingerprint, and their rows."""

import json
from typing import Any

from connectors.clickhouse import Store

_COLUMNS = ("subject, seq, toUnixTimestamp64Milli(at) AS at_ms, officer, action, reason, command_id, payload, "
            "prev_hash, hash")
# Keyed, so that nobody can change rows in a way that leaves the sum as it was.
_MARK = ("sipHash64Keyed(({key_0:UInt64}, {key_1:UInt64}), subject, seq, at, officer, action, reason, command_id, "
         "payload, prev_hash, hash)")
_WITHIN = "subject >= {begin:String} AND ({end:String} = '' OR subject < {end:String})"
_FINGERPRINT = f"SELECT count() AS events, sum({_MARK}) AS mark FROM case_events FINAL WHERE {_WITHIN}"
_ROWS = (f"SELECT {_COLUMNS}, {_MARK} AS mark FROM case_events FINAL WHERE {_WITHIN} "
         "ORDER BY subject, seq, hash LIMIT {limit:UInt32}")


def slice_fingerprint(store: Store, key: tuple[int, int], begin: str, end: str) -> tuple[int, int]:
    """Return number and mark of the events of subjects in ``[begin, end)``; to the end where `end` is empty.

    The mark is another one whenever anything of any of them is, whoever changed it.
    """
    row = store.query(_FINGERPRINT, _params(key, begin, end))[0]
    return row["events"], row["mark"]


def slice_rows(store: Store, key: tuple[int, int], begin: str, end: str, limit: int) -> list[dict[str, Any]]:
    """Return the first events of a slice; ``payload`` is a dict, None where it is no JSON.

    Their marks add up to that of the slice, modulo 2^64.
    """
    return [row | {"payload": _payload(row["payload"])} for row in
            store.query(_ROWS, _params(key, begin, end) | {"limit": limit})]


def _payload(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _params(key: tuple[int, int], begin: str, end: str) -> dict[str, Any]:
    return {"key_0": key[0], "key_1": key[1], "begin": begin, "end": end}
