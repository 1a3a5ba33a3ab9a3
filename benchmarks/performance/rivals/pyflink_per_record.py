"""PyFlink record by record: a keyed process function, Flink's keyed state, river's model.

    python -m benchmarks.performance.rivals.pyflink_per_record FILE FOLDER [process|thread]

Keyed by shard, so that each model sees the rows of its shard in order, as the engine's does; a phone's state is an
entry of a keyed MapState, read and written once a row, as a ValueState of a job keyed by phone would be. The model
stays in the worker and is written to a ValueState every so many rows; strictly exact once would be every row.
"""

import json
import sys
from pathlib import Path

from benchmarks.performance.hits import read_hits, write_hits
from benchmarks.performance.lane.call import Call, read_call
from benchmarks.performance.lane.definition import SHARDS
from benchmarks.performance.lane.judge import new_model
from benchmarks.performance.lane.keyed import take_side
from benchmarks.performance.lane.shard_of import shard_of
from benchmarks.performance.rivals.flink_environment import configuration
from benchmarks.performance.stamps import Stamp

#: Rows between two writes of a shard's model (favours the rival).
_MODEL_EVERY = 10_000


class MapStateDict:
    """Flink's MapState with the two verbs of a dict that the lane uses."""

    def __init__(self, state):
        self._state = state
        self.get = state.get

    def __setitem__(self, phone: str, value: dict) -> None:
        self._state.put(phone, value)


def main(file: Path, folder: Path, mode: str) -> None:
    """Run the job over one file."""
    options = configuration(mode, folder)
    from pyflink.common import Types, WatermarkStrategy
    from pyflink.datastream import KeyedProcessFunction, StreamExecutionEnvironment
    from pyflink.datastream.connectors.file_system import FileSource, StreamFormat
    from pyflink.datastream.state import MapStateDescriptor, ValueStateDescriptor

    stamps, hits = folder / "stamps", folder / "hits.parts"
    hits.mkdir(parents=True, exist_ok=True)

    class Lane(KeyedProcessFunction):
        def open(self, runtime_context):
            self._phones = MapStateDict(runtime_context.get_map_state(
                MapStateDescriptor("phones", Types.STRING(), Types.PICKLED_BYTE_ARRAY())))
            self._saved = runtime_context.get_state(ValueStateDescriptor("model", Types.PICKLED_BYTE_ARRAY()))
            self._models, self._rows = {}, {}
            self._stamp = Stamp(stamps)

        def process_element(self, value, ctx):
            shard, side, call = value[0], value[1], Call(*value[2])
            model = self._models.get(shard)
            if model is None:
                model = self._models[shard] = self._saved.value() or new_model()
            hit = take_side(self._phones, model, call, side)
            rows = self._rows[shard] = self._rows.get(shard, 0) + 1
            if rows % _MODEL_EVERY == 0:
                self._saved.update(model)
            self._stamp.note()
            if hit:
                yield json.dumps(hit)

        def close(self):
            self._stamp.close()

    def sides(line):
        call = read_call(line)
        for side, number in enumerate(call.numbers()):
            yield shard_of(number, SHARDS), side, tuple(call)

    env = StreamExecutionEnvironment.get_execution_environment(options)
    env.set_max_parallelism(128)
    source = FileSource.for_record_stream_format(StreamFormat.text_line_format(), str(file.resolve())).build()
    lines = env.from_source(source, WatermarkStrategy.no_watermarks(), "calls").set_parallelism(1)
    # One instance, so that rows come to their shard in order.
    rows = lines.flat_map(sides, Types.PICKLED_BYTE_ARRAY()).set_parallelism(1)
    found = rows.key_by(lambda row: row[0], Types.INT()).process(Lane(), Types.STRING())
    found.add_sink(_file_sink(hits)).set_parallelism(1)
    env.execute("lane")
    write_hits(folder / "hits", sorted(read_hits(hits)))


def _file_sink(folder: Path):
    """Flink's own file sink of lines."""
    from pyflink.common.serialization import Encoder
    from pyflink.datastream.connectors.file_system import StreamingFileSink

    return StreamingFileSink.for_row_format(str(folder.resolve()), Encoder.simple_string_encoder()).build()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else "process")
