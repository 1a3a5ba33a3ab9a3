"""Every set of the detection suite, run one after another, with the trivial bars beside each figure.

It is offered to the command line as an entry point (``duanka.suites`` in pyproject.toml), which is
also how others can bring suites of their own: a module with `names` and `run_sets`.
"""

import importlib
import math
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One figure of a set that is told in the table.

    Attributes
    ----------
    metric : str
        Key in what the set's function returns; ``<metric>_low`` and ``_high`` are its interval.
    bar : str
        What anyone gets without this engine, in words with its figures; ``{name}`` is filled from
        what the set's function returns.
    """

    metric: str
    bar: str = ""


@dataclass(frozen=True)
class DataSet:
    """A set: where its function is, which file it needs, and which figures are told.

    `simulated` sets take the size of the city.
    """

    name: str
    module: str
    function: str
    needs: str
    figures: tuple[Figure, ...]
    simulated: bool = False


_CHANCE = Figure("random_roc_auc", "chance is 0.5")
SETS = (
    DataSet(
        "amlsim", "amlsim", "amlsim", "amlsim/*.tgz",
        (
            Figure("roc_auc", "counting transfers {counting_roc_auc:.3f}, repeated pairs {pairs_roc_auc:.3f}"),
            Figure(
                "average_precision",
                "counting transfers {counting_average_precision:.3f}, repeated pairs {pairs_average_precision:.3f}",
            ),
            Figure("dirty_roc_auc", "repeated pairs {dirty_pairs_roc_auc:.3f}"),
            Figure("dirty_average_precision", "repeated pairs {dirty_pairs_average_precision:.3f}"),
            Figure("median_delay_steps"),
            _CHANCE,
        ),
    ),
    DataSet(
        "sichuan", "sichuan", "sichuan", "sichuan/phones_*.csv.gz",
        (
            Figure("roc_auc", "boosted trees 0.952, logistic 0.946"),
            Figure("macro_f1", "boosted trees 0.912, logistic 0.896"),
            Figure("recall_at_precision_95", "boosted trees 0.81, logistic 0.77"),
            _CHANCE,
        ),
    ),
    DataSet(
        "kdd_http", "kdd", "http", "kdd99/http.zip",
        (
            Figure("roc_auc", "river half-space trees 0.30; isolation forest fitted on the whole file 0.9987"),
            Figure("average_precision", "isolation forest fitted on the whole file 0.74"),
            _CHANCE,
        ),
    ),
    DataSet(
        "kdd_smtp", "kdd", "smtp", "kdd99/smtp.zip",
        (
            Figure("roc_auc", "river half-space trees 0.733; isolation forest fitted on the whole file 0.900"),
            _CHANCE,
        ),
    ),
    DataSet(
        "darpa", "darpa", "darpa", "darpa/*.parquet",
        (Figure("roc_auc", "0.95 published for MIDAS on the whole"), Figure("events_per_s"), _CHANCE),
    ),
    DataSet(
        "half_space_trees", "half_space_speed", "half_space_speed", "",
        (
            Figure("times_river", "river {river_events_per_s:,.0f} events/s"),
            Figure("largest_difference", "against river's scores"),
        ),
    ),
    DataSet(
        "city", "city", "city", "",
        (
            Figure("recall"),
            Figure("precision"),
            Figure("alerts_per_10k_day", "budget 20"),
            Figure("budget_recall"),
            Figure("budget_precision", "at most {budget_precision_possible:.3f} with so few fraud cards"),
            Figure("honest_red", "wanted below 0.005"),
            _CHANCE,
        ),
        simulated=True,
    ),
)  # fmt: skip


@dataclass(frozen=True)
class SetResult:
    """What a set gave; `skipped` says why it was not run."""

    data_set: DataSet
    metrics: dict[str, float]
    seconds: float
    skipped: str = ""

    def rows(self) -> Iterator[dict]:
        """Rows of the table: set, metric, value, 95 % interval, bar."""
        if self.skipped:
            yield {"set": self.data_set.name, "metric": "", "value": "", "interval": "", "bar": self.skipped}
        for figure in self.data_set.figures if self.metrics else ():
            value = self.metrics.get(figure.metric, math.nan)
            low, high = (self.metrics.get(f"{figure.metric}_{end}") for end in ("low", "high"))
            yield {
                "set": self.data_set.name,
                "metric": figure.metric,
                "value": f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4f}",
                "interval": "" if low is None or high is None else f"{low:.3f} to {high:.3f}",
                # A set of several files has its figures under longer names.
                "bar": figure.bar.format_map(defaultdict(lambda: math.nan, self.metrics)),
            }


def names() -> list[str]:
    """Names of the sets, in the order in which they run."""
    return [known.name for known in SETS]


def run_sets(
    data: Path, wanted: list[str] | None = None, announce: Callable[[str], None] = lambda name: None, **city
) -> Iterator[SetResult]:
    """Run the sets one after another.

    Parameters
    ----------
    data : Path
        Folder with the data of other people; a set whose files are not there is skipped.
    wanted : list of str, optional
        Sets to run; all by default.
    announce : callable
        Called with the name of each set before it runs.
    city
        Arguments of :func:`benchmarks.detection.city.city`.
    """
    for chosen in SETS:
        if wanted and chosen.name not in wanted:
            continue
        if chosen.needs and not list(data.glob(chosen.needs)):
            yield SetResult(chosen, {}, 0.0, f"skipped: {data / chosen.needs} is not there")
            continue
        announce(chosen.name)
        function = getattr(importlib.import_module(f"benchmarks.detection.{chosen.module}"), chosen.function)
        started = time.perf_counter()
        metrics = function(data) if chosen.needs else function(**city) if chosen.simulated else function()
        yield SetResult(chosen, {k: float(v) for k, v in metrics.items()}, time.perf_counter() - started)
