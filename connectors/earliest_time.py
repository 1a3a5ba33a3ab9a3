"""From which event time on a chunk's rows are to be expected, although some of them come late."""

from collections.abc import Sequence


def earliest_on_time(times_ms: Sequence[int], low_ms: int, lateness_ms: int) -> int | None:
    """Return the earliest of the times that are not late, None where all are.

    What lies behind `low_ms`, or behind two records before it, by more than the lateness is late whatever is
    done now. Were it counted, a call record that comes hours late would hold back, for hours, everything
    that is on time. Two records and not one: a single clock that runs ahead makes nobody late.

    Parameters
    ----------
    times_ms : sequence of int
        Event times of a chunk's first records in their order, UTC ms.
    low_ms : int
        What was promised with an earlier chunk: nothing on time lies more than `lateness_ms` before it.

    Examples
    --------
    >>> earliest_on_time([7_000, 9_500, 10_100], 10_000, 1_000)
    9500
    >>> earliest_on_time([10_200, 10_100, 3_000, 10_300], 0, 1_000)
    10100
    """
    earliest, ahead, second = None, low_ms, low_ms
    for time_ms in times_ms:
        if time_ms >= second - lateness_ms and (earliest is None or time_ms < earliest):
            earliest = time_ms
        if time_ms > ahead:
            ahead, second = time_ms, ahead
        elif time_ms > second:
            second = time_ms
    return earliest
