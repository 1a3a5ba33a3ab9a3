"""Look-ups that stand out, by the rules of `casework.lookup_review`; counted beside the pages."""

from collections.abc import Callable
from typing import Any

from casework.lookup_review import MANY_CARDS, MANY_TIMES, MANY_UNDER_ONE_PURPOSE, NIGHT, SITTING_MS, STEPWISE
from connectors.clickhouse import Store
from connectors.queries.unusual_lookups import unusual_lookups

#: Days that are looked back over, and rows at most (ours).
DAYS, MOST = 14, 50
_DAY_MS = 86_400_000


def look_review(store: Store, now_ms: Callable[[], int]) -> list[dict[str, Any]]:
    """Return officer, sign, n, last_ms and about of each, the latest first.

    Raises
    ------
    StoreError
    """
    since_ms = now_ms() - DAYS * _DAY_MS
    return unusual_lookups(store, since_ms, MANY_CARDS, MANY_UNDER_ONE_PURPOSE, MANY_TIMES, NIGHT, STEPWISE,
                            SITTING_MS, MOST)
