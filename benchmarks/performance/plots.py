"""Figures drawn from ``build/bench.json``, for docs/performance.md."""

from collections.abc import Mapping
from pathlib import Path

from benchmarks.performance.scenario import Figures


def draw(figures: Mapping[str, Figures], folder: Path) -> list[Path]:
    """Every plot whose figures are there; returns the files written."""
    import matplotlib

    matplotlib.use("Agg")
    folder.mkdir(parents=True, exist_ok=True)
    kinds = (rates, entities, chunks, intervals, parallelism, stages)
    return [path for plot in kinds if (path := plot(figures, folder))]


def rates(figures: Mapping[str, Figures], folder: Path) -> Path | None:
    """Events/s of the engine, its rivals and the limits, on one scale of tens."""
    names = ("pyflink_tutorial", "pyflink_process", "quix", "plain_river", "bytewax", "pyflink_thread", "flink_sql",
             "flink_job", "flink_lane", "replay", "jvm_decode")
    known = [name for name in names if "events_per_s" in figures.get(name, {})]
    if len(known) < 2:
        return None
    from benchmarks.performance.scenarios import BY_NAME

    figure, axes = _axes(0.4 * len(known) + 1.2)
    known.sort(key=lambda name: figures[name]["events_per_s"])
    axes.barh([BY_NAME[name].title for name in known], [figures[name]["events_per_s"] for name in known],
              color=["#2563a8" if name in ("flink_job", "flink_lane", "replay") else "#9aa3ad" for name in known])
    axes.set_xscale("log")
    axes.set_xlabel("events/s, two cores or as said")
    return _save(figure, folder / "rates.png")


def entities(figures: Mapping[str, Figures], folder: Path) -> Path | None:
    """Throughput against the number of entities."""
    points = [figures[name] for name in ("entities_few", "entities_some", "entities_many") if name in figures]
    if len(points) < 2:
        return None
    figure, axes = _axes()
    axes.plot([p["entities"] for p in points], [p["events_per_s"] for p in points], marker="o", color="#2563a8")
    axes.set_xscale("log")
    axes.set_ylim(bottom=0)
    axes.set_xlabel("entities in the state")
    axes.set_ylabel("events/s, one core")
    return _save(figure, folder / "entities.png")


def chunks(figures: Mapping[str, Figures], folder: Path) -> Path | None:
    """Throughput against the size of a chunk."""
    known = {1024: "chunk_1024", 4096: "chunk_4096", 16_384: "flink_job"}
    points = {kib: figures[name]["events_per_s"] for kib, name in known.items() if name in figures}
    if len(points) < 2:
        return None
    figure, axes = _axes()
    axes.plot(list(points), list(points.values()), marker="o", color="#2563a8")
    axes.set_xscale("log", base=2)
    axes.set_ylim(bottom=0)
    axes.set_xlabel("chunk, KiB")
    axes.set_ylabel("events/s, two cores")
    return _save(figure, folder / "chunks.png")


def intervals(figures: Mapping[str, Figures], folder: Path) -> Path | None:
    """Latency at half the top rate against how long a short chunk waits for more."""
    names = ("latency_linger_50", "latency_half", "latency_linger_1000")
    points = [figures[name] for name in names if name in figures]
    if len(points) < 2:
        return None
    figure, axes = _axes()
    for metric, colour, label in (("row_p50_s", "#9aa3ad", "median"), ("row_p99_s", "#2563a8", "99 of 100")):
        axes.plot([p["linger_ms"] for p in points], [p[metric] for p in points], marker="o", color=colour, label=label)
    axes.set_ylim(bottom=0)
    axes.set_xlabel("a short chunk waits for more, ms")
    axes.set_ylabel("produce to readable, s")
    axes.legend(frameon=False)
    return _save(figure, folder / "intervals.png")


def parallelism(figures: Mapping[str, Figures], folder: Path) -> Path | None:
    """Throughput by parallelism and cores."""
    known = {"1, one core": "parallel_1_core", "1, two cores": "parallel_1", "2, two cores": "flink_job",
             "4, two cores": "parallel_4"}
    points = {label: figures[name]["events_per_s"] for label, name in known.items() if name in figures}
    if len(points) < 2:
        return None
    figure, axes = _axes()
    axes.bar(list(points), list(points.values()), color="#2563a8")
    axes.set_xlabel("parallelism")
    axes.set_ylabel("events/s")
    return _save(figure, folder / "parallelism.png")


def stages(figures: Mapping[str, Figures], folder: Path) -> Path | None:
    """The profile of the job: microseconds of two cores for an event."""
    found = {name.removeprefix("us_"): us for name, us in figures.get("flink_job_stages", {}).items()
             if name.startswith("us_") and not name.endswith(("_min", "_max"))}
    if not found:
        return None
    figure, axes = _axes(0.3 * len(found) + 1.2)
    names = sorted(found, key=found.get)
    axes.barh(names, [found[name] for name in names], color="#2563a8")
    axes.set_xlabel("processor time of an event, µs")
    return _save(figure, folder / "stages.png")


def _axes(height: float = 3.4):
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7.2, height))
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _save(figure, path: Path) -> Path:
    from matplotlib import pyplot

    figure.tight_layout()
    figure.savefig(path, dpi=110)
    pyplot.close(figure)
    return path
