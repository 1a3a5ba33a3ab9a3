"""Keys and timestamps taken on the JVM side, without a crossing into Python.

`DataStream.key_by` inserts a Python operator that adds the key to the record, which then carries it
to the JVM. Our records are (key, payload) rows already, so the Java selector that PyFlink uses for
its own rows is applied directly. Likewise the timestamp is the second field of (descriptor,
timestamp). Both Java classes belong to flink-python; the tests fail if a release moves them.
"""

from pyflink.common import Types, WatermarkStrategy
from pyflink.datastream import DataStream, KeyedStream, OutputTag
from pyflink.java_gateway import get_gateway

from jobs.flink.decode_function import KEYED_PAYLOAD


def keyed_by_first_field(stream: DataStream) -> KeyedStream:
    """Key a stream of (int key, payload) rows by its first field; functions see the payload."""
    selector = get_gateway().jvm.KeyByKeySelector()
    key_type = Types.ROW([Types.INT()]).get_java_type_info()
    payload_type = KEYED_PAYLOAD.get_field_types()[1]
    return KeyedStream(stream._j_data_stream.keyBy(selector, key_type), payload_type, stream)


def timestamped_by_second_field(stream: DataStream) -> DataStream:
    """Give each (value, timestamp) tuple its timestamp; the watermark follows one behind."""
    assigner = (get_gateway().jvm.org.apache.flink.streaming.api.functions.python.eventtime
                .CustomTimestampAssigner())
    strategy = WatermarkStrategy.for_monotonous_timestamps()._j_watermark_strategy
    return DataStream(stream._j_data_stream.assignTimestampsAndWatermarks(
        strategy.withTimestampAssigner(assigner)))


def side_output(stream: DataStream, tag: OutputTag) -> DataStream:
    """The side output as it is; PyFlink's own method appends a Python identity map."""
    return DataStream(stream._j_data_stream.getSideOutput(tag.get_java_output_tag()))
