"""Flink SQL in the JVM: OVER windows for what they can express of a phone's calls; no Python per record.

    python -m benchmarks.performance.rivals.flink_sql FILE FOLDER

Windows of an hour and of a day in place of half-lives: calls made, numbers called, talk, answered. A stream's OVER
aggregates must share one window, so there are two queries, one inside the other. No detector: a hit is a call whose
maker called so many numbers within an hour. :func:`reference` says in plain Python what must come out.
"""

import json
import sys
from collections import defaultdict
from pathlib import Path

from benchmarks.performance.hits import Hit, write_hits
from benchmarks.performance.lane.call import Call
from benchmarks.performance.rivals.flink_environment import configuration

#: Numbers called within an hour from which a call counts (ours).
NUMBERS = 8
_HOUR_MS = 3_600_000
#: What each window gives; all are in the result, so that nothing is optimised away.
_AGGREGATES = {
    "calls": "COUNT(*)",
    "numbers": "COUNT(DISTINCT callee)",
    "talk": "SUM(duration_s)",
    "answered": "SUM(CASE WHEN answered THEN 1 ELSE 0 END)",
}
_WINDOWS = ("hour", "day")


def reference(calls: list[Call]) -> set[Hit]:
    """Calls whose maker called :data:`NUMBERS` numbers in the hour up to it; of one moment all count."""
    by_caller: dict[str, list[Call]] = defaultdict(list)
    for call in calls:
        if not call.sms:
            by_caller[call.caller].append(call)
    return {
        (call.caller, call.time_ms, call.callee)
        for made in by_caller.values()
        for call in made
        if len({c.callee for c in made if call.time_ms - _HOUR_MS <= c.time_ms <= call.time_ms}) >= NUMBERS
    }


def statements(file: Path, out: Path) -> tuple[str, ...]:
    """Tables and the query."""
    inner = "calls WHERE kind = 'voice'"
    for window in _WINDOWS:
        columns = ", ".join(f"{text} OVER w AS {name}_{window}" for name, text in _AGGREGATES.items())
        inner = (f"(SELECT *, {columns} FROM {inner} WINDOW w AS (PARTITION BY caller ORDER BY ts RANGE BETWEEN "
                 f"INTERVAL '1' {window.upper()} PRECEDING AND CURRENT ROW))")
    features = [f"{name}_{window}" for window in _WINDOWS for name in _AGGREGATES]
    types = ", ".join(f"{name} BIGINT" for name in features)
    return (
        f"""CREATE TABLE calls (caller STRING, callee STRING, kind STRING, event_time BIGINT, duration_s BIGINT,
            answered BOOLEAN, ts AS TO_TIMESTAMP_LTZ(event_time, 3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
            WITH ('connector' = 'filesystem', 'path' = '{file.resolve().as_uri()}', 'format' = 'json')""",
        f"""CREATE TABLE hits (caller STRING, event_time BIGINT, callee STRING, {types})
            WITH ('connector' = 'filesystem', 'path' = '{out.resolve().as_uri()}', 'format' = 'json')""",
        f"INSERT INTO hits SELECT caller, event_time, callee, {', '.join(features)} FROM {inner} "
        f"WHERE numbers_hour >= {NUMBERS}",
    )


def main(file: Path, folder: Path) -> None:
    """Run the query over one file; its time is the job's own, without the start of the JVM."""
    folder.mkdir(parents=True, exist_ok=True)
    options = configuration("process", folder)
    from pyflink.table import EnvironmentSettings, TableEnvironment

    tables = TableEnvironment.create(
        EnvironmentSettings.new_instance().in_streaming_mode().with_configuration(options).build())
    calls, hits, query = statements(file, folder / "parts")
    tables.execute_sql(calls)
    tables.execute_sql(hits)
    result = tables.execute_sql(query)
    result.wait()
    seconds = result.get_job_client().get_job_execution_result().result().get_net_runtime() / 1000
    parts = [json.loads(line) for part in (folder / "parts").rglob("*") if part.is_file()
             for line in part.read_text().splitlines()]
    write_hits(folder / "hits", sorted((p["caller"], p["event_time"], p["callee"]) for p in parts))
    (folder / "seconds").write_text(str(seconds))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
