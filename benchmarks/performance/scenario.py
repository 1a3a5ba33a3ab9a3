"""One named measurement."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.performance.sizes import Sizes

Figures = dict[str, float]


@dataclass(frozen=True)
class Scenario:
    """A measurement that can be repeated.

    Attributes
    ----------
    name : str
        Public: the key in ``build/bench.json``. Never reused for another measurement.
    title : str
        For the table.
    measure : callable
        Takes the sizes and an empty folder of its own; gives metrics by name.
    group : {"engine", "rival", "limit", "growth", "long"}
        Those of the last kind take many minutes, are run once, and only when named or with ``--long``.
    quick : bool
        Whether it is a part of the quick form.
    """

    name: str
    title: str
    measure: Callable[[Sizes, Path], Figures]
    group: str = "engine"
    quick: bool = False
