"""One feature the way a tutorial writes it: a keyed function, one state access per record.

    python -m benchmarks.performance.rivals.tutorial FILE RECORDS

Prints one JSON object: records, and seconds that the job ran, its workers' start included.
"""

import json
import os
import sys
from pathlib import Path

from jobs.flink.java import find_java


def main(path: Path, records: int) -> None:
    """Count the calls of each number with half-life, record by record, in process mode."""
    os.environ["JAVA_HOME"] = str(find_java().executable.resolve().parent.parent)
    os.environ["_python_worker_execution_mode"] = "process"
    from pyflink.common import Configuration, Types
    from pyflink.datastream import KeyedProcessFunction, StreamExecutionEnvironment
    from pyflink.datastream.state import ValueStateDescriptor

    class DecayedCount(KeyedProcessFunction):
        def open(self, runtime_context):
            self._state = runtime_context.get_state(ValueStateDescriptor("count", Types.STRING()))

        def process_element(self, line, ctx):
            event = json.loads(line)
            count, last = json.loads(self._state.value() or "[0, 0]")
            count = count * 2 ** (-(event["event_time"] - last) / 86_400_000) + 1
            self._state.update(json.dumps([count, event["event_time"]]))
            if count > 1e9:
                yield line

    with open(path) as file:
        lines = [line.rstrip("\n") for _, line in zip(range(records), file)]
    configuration = Configuration()
    configuration.set_string("python.executable", sys.executable)
    configuration.set_string("python.client.executable", sys.executable)
    env = StreamExecutionEnvironment.get_execution_environment(configuration)
    env.set_parallelism(2)
    source = env.from_collection(lines, Types.STRING())
    keyed = source.key_by(lambda line: json.loads(line)["caller"], Types.STRING())
    keyed.process(DecayedCount(), Types.STRING()).print()
    result = env.execute("naive")
    print(json.dumps({"records": len(lines), "seconds": result.get_net_runtime() / 1000}))



if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
