"""The page ``docs/metrics.md``, rendered from :mod:`jobs.flink.metric_names`.

    python -m jobs.flink.metrics_page > docs/metrics.md

A test holds the page to it.
"""

import sys

from jobs.flink.metric_names import (
    CHUNKS,
    DEAD_LETTERS,
    FLINK_PREFIX,
    GROUP,
    HITS,
    METRICS,
    RECORDS,
    WORK_CALLS,
    WORK_US,
    Metric,
)
from jobs.flink.metric_options import PUSH_S

_INTRODUCTION = f"""\
# Metrics

The table is made from `jobs/flink/metric_names.py`, the one list of our metrics' names, which are public API:
`python -m jobs.flink.metrics_page > docs/metrics.md`. A test fails when they differ.

## Switching them on

A run with Flink inside (`duanka run`) serves them on a loopback port, for Prometheus or `curl`:

    duanka run --follow --config duanka.toml        # metrics_port = 9250
    curl -s http://127.0.0.1:9250/metrics | grep {GROUP}

`metrics_port` (`DUANKA_METRICS_PORT`) is 0 by default: no port, no metrics. A port that is taken ends the command with
exit code 2. Flink pushes every {PUSH_S} s to the client, which answers Prometheus; so nothing listens but on 127.0.0.1.

A cluster has options of its own, in its configuration file; `jobs/flink/metric_options.py` makes them:

    metrics.reporter.prom.factory.class: org.apache.flink.metrics.prometheus.PrometheusReporterFactory
    metrics.reporter.prom.port: 9250-9260
    metrics.reporter.prom.filterLabelValueCharacters: "false"

Each JobManager and TaskManager takes the first free port of the range. **Flink's reporter listens on every address of
the machine and has no option against it**: keep the ports behind a firewall, or push to a Pushgateway
(`PrometheusPushGatewayReporterFactory` with `hostUrl`, `jobName`, `interval`). Whether Python operators have metrics is
an option of the job: `python.metric.enabled: "true"`.

## Reading them

- Values are whole numbers as of the operator's last **bundle**. An operator with nothing to do has no bundles, so its
  gauges stand still; `last_bundle_ms` says since when. A counter appears with the first thing it counts.
- **Counters begin at 0 with every instance of an operator**: after a restart, a resume or another parallelism. Use
  `rate()` and `increase()`. What a failure makes Flink do again is counted again. Totals that survive are in the store:
  `chunk_counts` and `shard_counts`, see [operations](operations.md#dead-letters).
- Flink's own labels come with them: `operator_name`, `subtask_index`, `job_name`, `tm_id` and others. Sum over
  `subtask_index`.
- Labels are a part of the name, because Flink builds names so.
- Flink's type is `gauge` for all of them, also for counters.
"""

_EVENT_TIME = f'{FLINK_PREFIX}currentInputWatermark{{operator_name="cards"}}'
_FLINKS = (
    ("how far scoring is behind the clock, ms", f"time() * 1000 - min({_EVENT_TIME})"),
    ("restarts", "flink_jobmanager_job_numRestarts"),
    ("checkpoints that failed", "flink_jobmanager_job_numberOfFailedCheckpoints"),
    ("duration of the last checkpoint, ms", "flink_jobmanager_job_lastCheckpointDuration"),
    ("size of the last checkpoint, bytes", "flink_jobmanager_job_lastCheckpointSize"),
    ("back pressure, ms of each second", "flink_taskmanager_job_task_backPressuredTimeMsPerSecond"),
    ("heap of the JVM, bytes", "flink_taskmanager_Status_JVM_Memory_Heap_Used"),
)
_OURS = (
    ("records a second, by topic", f"sum by (topic) (rate({RECORDS.exported}[1m]))"),
    ("size of a batch, records", f"sum(rate({RECORDS.exported}[5m])) / sum(rate({CHUNKS.exported}[5m]))"),
    ("share of each stage in a second of work, µs", f"sum by (stage) (rate({WORK_US.exported}[5m]))"),
    ("calls of each stage a second", f"sum by (stage) (rate({WORK_CALLS.exported}[5m]))"),
    ("share of records refused", f"sum(rate({DEAD_LETTERS.exported}[5m])) / sum(rate({RECORDS.exported}[5m]))"),
    ("red hits an hour", f'sum(increase({HITS.exported}{{level="red"}}[1h]))'),
)


def metrics_page() -> str:
    """Markdown of the whole page; the same text for the same definitions."""
    head = f"\n## Ours\n\nAll names begin with `{FLINK_PREFIX}{GROUP}_`.\n\n"
    table = "| name | kind | labels | operators | meaning |\n|---|---|---|---|---|\n" + "".join(map(_row, METRICS))
    questions = "\n## Questions and queries\n\n" + _queries(_OURS)
    flinks = "\nFlink's own metrics come along. Useful ones:\n\n" + _queries(_FLINKS)
    return _INTRODUCTION + head + table + questions + flinks


def _queries(rows: tuple[tuple[str, str], ...]) -> str:
    return "| what | query |\n|---|---|\n" + "".join(f"| {what} | `{query}` |\n" for what, query in rows)


def _row(metric: Metric) -> str:
    name = metric.exported.removeprefix(f"{FLINK_PREFIX}{GROUP}_")
    labels = ", ".join(f"`{label}`" for label in metric.labels)
    return f"| `{name}` | {metric.kind} | {labels} | {', '.join(metric.operators)} | {metric.means} |\n"


if __name__ == "__main__":
    sys.stdout.write(metrics_page())
