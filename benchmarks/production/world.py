"""Broker, cluster and store on this machine, as the product's own commands start them."""

import os
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from benchmarks.production.store_proxy import StoreProxy
from connectors import embedded
from connectors.clickhouse import Store, open_store
from connectors.retry import RetryPolicy
from deploy.local import broker, cluster
from deploy.local.cluster_plan import ClusterPlan

_PASSWORD = "DUANKA_STORE_PASSWORD"


class World:
    """Everything a production job needs; everything ends with it.

    The store is the embedded one, reached like any server: by address and password, through a
    wire that can be cut. The job's own checkpoints are under ``folder/state``.

    Parameters
    ----------
    folder : Path
        Emptied first.
    store_folder : Path, optional
        Where the store keeps its data; below `folder` when None.
    slots, task_managers : int
        As of the cluster.
    """

    def __init__(self, folder: Path, store_folder: Path | None = None, *, task_managers: int = 2, slots: int = 2,
                 options: dict[str, str] | None = None):
        self.folder = folder.resolve()
        self.store_folder = store_folder or self.folder / "store"
        self._plan = ClusterPlan(self.folder / "cluster", cluster.free_port(), cluster.free_port(), task_managers,
                                 slots, options={"metrics.fetcher.update-interval": "500"} | (options or {}))

    def __enter__(self) -> "World":
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        try:
            self.broker = broker.start(self.folder / "kafka", port=0)
            server = embedded.start(self.store_folder, idle_minutes=0)
            os.environ[_PASSWORD] = server.password
            self.proxy = StoreProxy(server.port)
            self.cluster = cluster.start(self._plan)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_) -> None:
        cluster.stop(self.folder / "cluster")
        broker.stop(self.folder / "kafka")
        if hasattr(self, "proxy"):
            self.proxy.close()
        with suppress(Exception):
            embedded.stop(self.store_folder)
        os.environ.pop(_PASSWORD, None)

    def bus(self, prefix: str) -> str:
        """Address of the bus with topics of their own."""
        return f"{self.broker.url}/{prefix}"

    def store_url(self, database: str) -> str:
        """Address of the store for the job: through the wire."""
        return f"clickhouse://default@127.0.0.1:{self.proxy.port}/{database}"

    def store(self, database: str) -> Store:
        """The store for whoever looks on: not through the wire."""
        port = embedded.start(self.store_folder, idle_minutes=0).port
        return open_store(f"clickhouse://default@127.0.0.1:{port}/{database}", RetryPolicy(attempts=3))

    def restart_store(self) -> None:
        """Bring a store back that was killed, as its supervisor would."""
        self.proxy.target_port = embedded.start(self.store_folder, idle_minutes=0).port

    def store_pid(self) -> int:
        return embedded.start(self.store_folder, idle_minutes=0).pid

    def command(self, *words: object, check: bool = True) -> str:
        """What a command of the product prints; its errors end the benchmark."""
        done = subprocess.run(self.argv(*words), capture_output=True, text=True, check=False)
        if check and done.returncode:
            raise SystemExit(f"duanka {' '.join(map(str, words))}\n{done.stdout}{done.stderr}")
        return done.stdout

    @staticmethod
    def argv(*words: object) -> list[str]:
        return [sys.executable, "-m", "jobs.cli.main", *map(str, words)]

    def submit(self, prefix: str, database: str, *words: object) -> str:
        """Hand a following job over; returns its id."""
        said = self.command("submit", "--cluster", self.cluster.url, "--bus", self.bus(prefix), "--store",
                            self.store_url(database), "--state", self.folder / "state" / prefix, "--models",
                            self.folder / "models", "--follow", *words)
        return said.split()[1]

    def ingest(self, source: Path, prefix: str, rate: float, *words: object) -> subprocess.Popen:
        """Begin to send a folder of topics at `rate` records a second."""
        log = (self.folder / f"ingest-{prefix}log").open("wb")
        return subprocess.Popen(self.argv("ingest", source, "--bus", self.bus(prefix), "--rate", rate, "--state",
                                          self.folder / "ingest", *words), stdout=log, stderr=log)


def wait_until(is_it, timeout_s: float, every_s: float = 0.25) -> float:
    """Seconds until `is_it()`; raises when it takes longer than `timeout_s`."""
    begun = time.monotonic()
    while not is_it():
        if time.monotonic() - begun > timeout_s:
            raise TimeoutError(f"still waiting after {timeout_s:g} s for {getattr(is_it, '__doc__', '') or is_it}")
        time.sleep(every_s)
    return time.monotonic() - begun
