"""Look-ups that stand out by their number or their hour, counted where they are stored."""

from collections.abc import Sequence
from typing import Any

from connectors.clickhouse import Store

# One row for each officer, sign and what it is about, in each hour or day of China.
_UNUSUAL = """
SELECT officer, seen.1 AS sign, seen.2 AS about, toUnixTimestamp64Milli(max(at)) AS last_ms,
    multiIf(sign = 'one_card', uniqExact(sitting), sign = 'night', count(), uniqExact(subject)) AS n
FROM
(
    SELECT DISTINCT lookup_id, at, officer, purpose, subject,
        if(command IN {stepwise:Array(String)},
            concat(command, toString(intDiv(toUnixTimestamp64Milli(at), {sitting_ms:Int64}))), lookup_id) AS sitting
    FROM lookups
    WHERE at >= fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC') AND subject != '*'
        AND NOT startsWith(command, 'audit')
)
ARRAY JOIN arrayFilter(each -> each.1 != '',
[
    ('many_cards', '', toString(intDiv(toUnixTimestamp64Milli(at), 3600000))),
    ('one_purpose', purpose, toString(toDate(at, 'Asia/Shanghai'))),
    ('one_card', subject, toString(toDate(at, 'Asia/Shanghai'))),
    (if(toHour(at, 'Asia/Shanghai') IN {night:Array(UInt8)}, 'night', ''), '', toString(toDate(at, 'Asia/Shanghai')))
]) AS seen
GROUP BY officer, seen
HAVING n >= multiIf(sign = 'many_cards', {many_cards:UInt32}, sign = 'one_purpose', {one_purpose:UInt32},
    sign = 'one_card', {one_card:UInt32}, 1)
ORDER BY last_ms DESC, officer, sign LIMIT {limit:UInt32}
"""


def unusual_lookups(store: Store, since_ms: int, many_cards: int, one_purpose: int, one_card: int, night: range,
                    stepwise: Sequence[str], sitting_ms: int, limit: int) -> list[dict[str, Any]]:
    """Return what `casework.lookup_review.unusual` says of the look-ups since then: the same, and counted by the store.

    Returns
    -------
    list of dict
        officer, sign, n, last_ms, about; the latest first.
    """
    return store.query(_UNUSUAL, {"since_ms": since_ms, "many_cards": many_cards, "one_purpose": one_purpose,
                                  "one_card": one_card, "night": list(night), "stepwise": list(stepwise),
                                  "sitting_ms": sitting_ms, "limit": limit})
