"""A real ZooKeeper on loopback, of Debian's libzookeeper-java, for replicated tables."""

import contextlib
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from jobs.flink.java import find_java

_JARS = Path("/usr/share/java")
_NEEDED = ("zookeeper", "zookeeper-jute", "slf4j-api", "slf4j-simple", "metrics-core", "snappy-java", "commons-io",
           "netty-buffer", "netty-codec", "netty-common", "netty-handler", "netty-resolver", "netty-transport")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextlib.contextmanager
def zookeeper(folder: Path) -> Iterator[int]:
    """Serve until the end of the block; give the port."""
    missing = [name for name in _NEEDED if not (_JARS / f"{name}.jar").exists()]
    assert not missing, f"apt-get install libzookeeper-java: {missing} not in {_JARS}"
    folder.mkdir()
    port = free_port()
    config = folder / "zoo.cfg"
    config.write_text(f"tickTime=500\ndataDir={folder}/data\nclientPort={port}\nclientPortAddress=127.0.0.1\n"
                      "admin.enableServer=false\n")
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [str(find_java().executable), "-Xmx128m", "-cp", ":".join(f"{_JARS}/{name}.jar" for name in _NEEDED),
             "org.apache.zookeeper.server.quorum.QuorumPeerMain", str(config)],
            stdout=log, stderr=subprocess.STDOUT, cwd=folder)
    try:
        _wait_for(port, server, folder / "log")
        yield port
    finally:
        server.terminate()
        server.wait(20)


def _wait_for(port: int, server: subprocess.Popen, log: Path) -> None:
    for _ in range(300):
        assert server.poll() is None, log.read_text()[-2000:]
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise AssertionError(log.read_text()[-2000:])
