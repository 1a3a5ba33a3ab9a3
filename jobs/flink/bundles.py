"""A bundle size for each operator, which PyFlink only has for the whole job.

A bundle is what the JVM sends to Python before it waits for the answer; no barrier or watermark
passes in between. Shard payloads take well under a millisecond and want company (32); a chunk
takes tens of milliseconds, and 32 of them would hold up every checkpoint for seconds.
"""

from pyflink.datastream import DataStream
from pyflink.java_gateway import get_gateway
from pyflink.util.java_utils import get_field


def set_bundle_size(stream: DataStream, size: int) -> None:
    """Give the Python operator that produces `stream` a configuration of its own."""
    operator = stream._j_data_stream.getTransformation().getOperatorFactory().getOperator()
    field = get_field(operator.getClass(), "config")
    own = get_gateway().jvm.org.apache.flink.configuration.Configuration(field.get(operator))
    own.setString("python.fn-execution.bundle.size", str(size))
    field.set(operator, own)
