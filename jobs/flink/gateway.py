"""Starts the JVM that PyFlink talks to.

PyFlink would start it too, but with its log in site-packages, its output on the user's terminal,
the SQL planner on the class path and stderr on a pipe that nobody reads. One JVM serves all jobs of
a Python process, so heap and log folder are those of the first job.
"""

import logging
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from jobs.flink.bytecode import keep_bytecode
from jobs.flink.class_archive import class_archive_flags
from jobs.flink.errors import GatewayError
from jobs.flink.flink_home import flink_home, runtime_jars
from jobs.flink.java import find_java
from jobs.flink.jvm_options import JVM_OPTIONS, log_options
from jobs.flink.metric_options import reporter_jars
from jobs.flink.settings import JobSettings

_jvm: subprocess.Popen | None = None
#: Exit code of a JVM that ended for want of memory, see `jvm_options`.
_WITHOUT_MEMORY = 3


def ensure_gateway(settings: JobSettings) -> Path:
    """Start the JVM unless it runs, connect PyFlink to it, and return the path of Flink's log.

    Raises
    ------
    JavaMissingError
        No usable Java.
    GatewayError
        The JVM ended before it was ready.
    """
    global _jvm
    if _jvm is None:
        settings.log_dir.mkdir(parents=True, exist_ok=True)
        _jvm = _start(settings)
    return Path(_jvm.log_path)


def gateway_pid() -> int | None:
    """Process id of the JVM, None before the first job."""
    return _jvm.pid if _jvm else None


def why_the_jvm_ended(settings: JobSettings) -> str | None:
    """A sentence about a JVM that is gone, asked a moment after a call of it failed; None when it is there."""
    if _jvm is None:
        return None
    try:
        code = _jvm.wait(1.0)
    except subprocess.TimeoutExpired:
        return None
    if code == _WITHOUT_MEMORY:
        return (f"Flink's Java process ran out of memory, its heap of {settings.jvm_heap_mb} MiB is too small. Raise "
                'heap_mib, or keep state on disk with state_backend = "rocksdb"; then go on with --resume.')
    return "Flink's Java process ended or was killed."


def _quieten_py4j() -> None:
    """Of a call that fails we hear by its exception; py4j logs stack traces besides, for every object let go."""
    logging.getLogger("py4j.java_gateway").setLevel(logging.CRITICAL)
    root = logging.getLogger()
    if _is_not_py4j not in root.filters:
        root.addFilter(_is_not_py4j)


def _is_not_py4j(record: logging.LogRecord) -> bool:
    """py4j logs one of its messages under no name; a logger's own filter sees only such records."""
    return record.msg != "Exception while sending command."


def _start(settings: JobSettings) -> subprocess.Popen:
    log_path = settings.log_dir / "flink.log"
    output_path = settings.log_dir / "jvm.out"
    folder = Path(tempfile.mkdtemp(prefix="duanka-gateway-"))
    try:
        with output_path.open("ab") as output:
            # A session of its own: Ctrl-C reaches us alone, and we cancel the job in order. The
            # JVM ends by itself when we are gone.
            process = subprocess.Popen(
                _command(settings, log_path), env=_environment(settings, folder / "port"),
                stdin=subprocess.PIPE, stdout=output, stderr=output, start_new_session=True)
        _import_meanwhile()
        _connect(_await_port(process, folder / "port", output_path))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    process.log_path = log_path
    return process


def _command(settings: JobSettings, log_path: Path) -> list[str]:
    jars = [*runtime_jars(flink_home()), *reporter_jars(flink_home())]
    java = find_java()
    return [
        str(java.executable), *class_archive_flags(java, jars),
        f"-Xmx{settings.jvm_heap_mb}m",
        *JVM_OPTIONS, *log_options(log_path, settings.log_dir, settings.json_log),
        "-cp", os.pathsep.join(map(str, jars)),
        "org.apache.flink.client.python.PythonGatewayServer",
    ]


def _environment(settings: JobSettings, port_path: Path) -> dict[str, str]:
    """Environment of the JVM, which the Python workers inherit."""
    config_dir = settings.log_dir / "conf"
    config_dir.mkdir(exist_ok=True)
    (config_dir / "config.yaml").write_text("{}\n")
    # A worker has some fifty threads, and glibc gives up to sixteen of them a heap of their own: 0.4 GiB more (ours).
    return {"MALLOC_ARENA_MAX": "2"} | os.environ | keep_bytecode() | {
        "_PYFLINK_CONN_INFO_PATH": str(port_path),
        "FLINK_CONF_DIR": str(config_dir),
        "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry) or ".",
    }


def _import_meanwhile() -> None:
    """Import what submitting needs while the JVM starts; it pulls in apache-beam."""
    import pyflink.datastream
    import pyflink.fn_execution.flink_fn_execution_pb2  # noqa: F401


def _await_port(process: subprocess.Popen, port_path: Path, output_path: Path) -> int:
    while not port_path.exists():
        if process.poll() is not None:
            lines = output_path.read_text(errors="replace").strip().splitlines()
            raise GatewayError(f"Java ended with code {process.returncode} before it was ready: "
                               f"{lines[-1] if lines else 'no output'} (see {output_path}).")
        time.sleep(0.02)
    return struct.unpack("!I", port_path.read_bytes()[:4])[0]


def _connect(port: int) -> None:
    from pyflink.java_gateway import get_gateway

    os.environ["PYFLINK_GATEWAY_PORT"] = str(port)
    try:
        get_gateway()
        _quieten_py4j()
    finally:
        del os.environ["PYFLINK_GATEWAY_PORT"]
