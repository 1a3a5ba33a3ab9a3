"""Debian's clickhouse-server on loopback, in a folder of its own, as a process of the test.

It is 18.16: another server than the embedded store, made by others, and far older than what Duanka
asks for. What is tested with it is the client: greeting, blocks, errors, broken connections.
"""

import shutil
import socket
import subprocess
import time
from pathlib import Path

USER, PASSWORD = "duanka", "an old server's password"
#: A user that may read and change no setting.
READER = "reader"
_CONFIG = """<?xml version="1.0"?>
<yandex>
<logger><level>information</level><log>{folder}/server.log</log><errorlog>{folder}/error.log</errorlog></logger>
<listen_host>127.0.0.1</listen_host><tcp_port>{tcp}</tcp_port><http_port>{http}</http_port>
<path>{folder}/data/</path><tmp_path>{folder}/tmp/</tmp_path><users_config>{folder}/users.xml</users_config>
<default_profile>default</default_profile><default_database>default</default_database>
<mark_cache_size>5368709</mark_cache_size>
</yandex>
"""
_NO_LIMITS = "".join(f"<{name}>0</{name}>"
                     for name in ("queries", "errors", "result_rows", "read_rows", "execution_time"))
_USERS = f"""<?xml version="1.0"?>
<yandex>
<profiles><default><allow_experimental_low_cardinality_type>1</allow_experimental_low_cardinality_type></default>
<reader><readonly>1</readonly></reader></profiles>
<users><{USER}><password>{PASSWORD}</password><networks><ip>127.0.0.1</ip></networks>
<profile>default</profile><quota>default</quota></{USER}>
<{READER}><password>{PASSWORD}</password><networks><ip>127.0.0.1</ip></networks>
<profile>reader</profile><quota>default</quota></{READER}></users>
<quotas><default><interval><duration>3600</duration>{_NO_LIMITS}</interval></default></quotas>
</yandex>
"""


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class OldServer:
    """A server that can be killed and started again; the rows stay."""

    def __init__(self, folder: Path):
        self._binary = shutil.which("clickhouse-server")
        assert self._binary, "apt-get install clickhouse-server"
        self._folder = folder
        self.port = _free_port()
        (folder / "config.xml").write_text(_CONFIG.format(folder=folder, tcp=self.port, http=_free_port()))
        (folder / "users.xml").write_text(_USERS)
        self._process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"clickhouse://{USER}@127.0.0.1:{self.port}/duanka"

    def start(self) -> None:
        """Start it and wait until it listens."""
        with (self._folder / "out").open("a") as out:
            self._process = subprocess.Popen(
                [self._binary, f"--config-file={self._folder}/config.xml"], stdin=subprocess.DEVNULL, stdout=out,
                stderr=out, cwd=self._folder)
        for _ in range(300):
            assert self._process.poll() is None, (self._folder / "out").read_text()[-2000:]
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.1)
        raise AssertionError((self._folder / "error.log").read_text()[-2000:])

    def kill(self) -> None:
        """End it at once, as if the machine had lost its power."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(20)
            self._process = None
