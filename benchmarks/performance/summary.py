"""From repetitions to figures: the median of each metric, with the least and the most."""

from collections.abc import Mapping, Sequence
from statistics import median

from benchmarks.performance.scenario import Figures


def summarise(runs: Mapping[str, Sequence[Figures]]) -> dict[str, Figures]:
    """``{scenario: {metric: value}}``: `metric` is the median; beside it ``metric_min``, ``metric_max``, `repetitions`.

    Examples
    --------
    >>> summarise({"a": [{"s": 1.0}, {"s": 4.0}, {"s": 2.0}]})
    {'a': {'s': 2.0, 's_min': 1.0, 's_max': 4.0, 'repetitions': 3}}
    """
    return {name: _of_one(repetitions) for name, repetitions in runs.items() if repetitions}


def _of_one(repetitions: Sequence[Figures]) -> Figures:
    found: Figures = {}
    for metric in repetitions[0]:
        values = [figures[metric] for figures in repetitions if metric in figures]
        found |= {metric: median(values), f"{metric}_min": min(values), f"{metric}_max": max(values)}
    return found | {"repetitions": len(repetitions)}


def ratios(over: Sequence[Figures], under: Sequence[Figures], metric: str = "events_per_s",
           under_metric: str = "") -> Figures:
    """How many times as much one scenario manages: median, least and most over repetitions of the same round.

    Examples
    --------
    >>> ratios([{"events_per_s": 10}, {"events_per_s": 12}], [{"events_per_s": 2}, {"events_per_s": 3}])
    {'times': 4.5, 'times_min': 4.0, 'times_max': 5.0, 'repetitions': 2}
    """
    pairs = [a[metric] / b[under_metric or metric] for a, b in zip(over, under)]
    if not pairs:
        return {}
    return {"times": median(pairs), "times_min": min(pairs), "times_max": max(pairs), "repetitions": len(pairs)}
