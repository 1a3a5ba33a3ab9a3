"""What openings gave away, the newest first."""

from typing import Any

from connectors.clickhouse import Store

_FINDINGS = """
SELECT finding_id, code, toUnixTimestamp64Milli(event_time) AS event_ms, holder, card, institution, branch, clerk,
    agent, subject, counted, threshold, reason_zh, reason_en, rules_version
FROM opening_findings FINAL
WHERE event_time >= fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
AND ({code:String} = '' OR code = {code:String})
AND ({branch:String} = '' OR branch = {branch:String})
AND ({after_id:String} = '' OR event_time < fromUnixTimestamp64Milli({after_ms:Int64}, 'UTC')
    OR event_time = fromUnixTimestamp64Milli({after_ms:Int64}, 'UTC')
        AND (code, finding_id) > ({after_code:String}, {after_id:String}))
ORDER BY event_time DESC, code, finding_id
LIMIT {limit:UInt32}
"""


def opening_findings(
    store: Store, since_ms: int = 0, code: str = "", branch: str = "", limit: int = 100,
    after: tuple[int, str, str] | None = None,
) -> list[dict[str, Any]]:
    """Return findings of openings, the newest first.

    Parameters
    ----------
    since_ms : int
        UTC milliseconds; only of openings from then on.
    code, branch : str
        Only of this code, at this branch; all if empty.
    limit : int
        At most so many.
    after : (event_ms, code, finding_id), optional
        Only those that come behind this one.

    Returns
    -------
    list of dict
        The columns of ``opening_findings``; the time as ``event_ms``, UTC milliseconds.
    """
    after_ms, after_code, after_id = after or (0, "", "")
    return store.query(_FINDINGS, {"since_ms": since_ms, "code": code, "branch": branch, "limit": limit,
                                   "after_ms": after_ms, "after_code": after_code, "after_id": after_id})
