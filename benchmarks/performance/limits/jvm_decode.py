"""JVM only: Flink reads a city's files and throws them away, as lines or decoded from JSON.

    python -m benchmarks.performance.limits.jvm_decode BUS FOLDER [json|raw]

The table API with Flink's own filesystem source, JSON format and black hole; every field is decoded. Prints one JSON
object; `seconds` is the job's own, without the start of the JVM.
"""

import json
import sys
from pathlib import Path

from benchmarks.performance.rivals.flink_environment import configuration
from features.events import TOPICS, FieldType

#: How a field of ours is written in SQL; times are epoch milliseconds here, money a decimal string.
_SQL = {FieldType.TIME: "BIGINT", FieldType.SECONDS: "BIGINT", FieldType.FLAG: "BOOLEAN"}


def topics_in(bus: Path) -> dict[str, int]:
    """Topics that have records, with their number."""
    counts = {topic: sum(file.read_bytes().count(b"\n") for file in (bus / topic).glob("*.ndjson")) for topic in TOPICS}
    return {topic: n for topic, n in counts.items() if n}


def columns(topic: str, form: str) -> str:
    """Columns of a topic's table."""
    if form == "raw":
        return "line STRING"
    return ", ".join(f"`{field.name}` {_SQL.get(field.type, 'STRING')}" for field in TOPICS[topic].fields)


def main(bus: Path, folder: Path, form: str = "json") -> None:
    """Read everything once."""
    folder.mkdir(parents=True, exist_ok=True)
    options = configuration("process", folder)
    from pyflink.table import EnvironmentSettings, TableEnvironment

    tables = TableEnvironment.create(
        EnvironmentSettings.new_instance().in_streaming_mode().with_configuration(options).build())
    counts = topics_in(bus)
    statements = tables.create_statement_set()
    for topic in counts:
        path = (bus / topic).resolve().as_uri()
        tables.execute_sql(f"CREATE TABLE {topic}_in ({columns(topic, form)}) WITH "
                           f"('connector' = 'filesystem', 'path' = '{path}', 'format' = '{form}')")
        tables.execute_sql(f"CREATE TABLE {topic}_out ({columns(topic, form)}) WITH ('connector' = 'blackhole')")
        statements.add_insert_sql(f"INSERT INTO {topic}_out SELECT * FROM {topic}_in")
    result = statements.execute()
    result.wait()
    seconds = result.get_job_client().get_job_execution_result().result().get_net_runtime() / 1000
    events = sum(counts.values())
    print(json.dumps({"events": events, "seconds": seconds, "events_per_s": events / seconds}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
