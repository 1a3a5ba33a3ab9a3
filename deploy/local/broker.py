"""A real Kafka broker on this machine: start it, find it, kill it, stop it."""

import fcntl
import json
import os
import secrets
import signal
import time
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import psutil

from connectors.errors import BusUnavailableError
from connectors.kafka.bus_url import parse_bus_url
from connectors.kafka.client import reach_bus
from connectors.kafka.users import set_password
from deploy.errors import DeployError
from deploy.local.broker_plan import LOOPBACK, USER, BrokerPlan
from deploy.local.broker_process import cluster_id, format_storage, last_words, start_process
from deploy.local.cluster import free_port
from deploy.local.cluster_record import Started, note_started

_FILE = "broker.json"


@dataclass(frozen=True)
class Broker:
    """A broker as it was started."""

    plan: BrokerPlan
    started: Started

    @property
    def url(self) -> str:
        return self.plan.url()


def find(folder: Path) -> Broker | None:
    """The broker of a folder, None without one that lives."""
    known = _read(folder)
    return known if known and known.started.process() else None


def start(folder: Path, port: int = 9092, secured: Sequence[str] = (), timeout_s: float = 90) -> Broker:
    """Start a broker on the data of `folder` and wait until it answers; where it runs, leave it.

    Parameters
    ----------
    port : int
        0 takes the one that the folder's broker had before, or a free one.
    secured : sequence of str
        Further listeners, on free ports; see `deploy.local.broker_plan.SECURED`.

    Raises
    ------
    DeployError
        Another plan runs in the folder, a port is taken, Java or Maven is missing, or the broker
        ended at its start.
    """
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        before = _read(folder)
        if before and before.started.process():
            if port not in (0, before.plan.port) or set(secured) - set(before.plan.secured):
                raise DeployError(f"a broker with other settings runs in {folder} on port {before.plan.port}; stop it "
                                  "first: make kafka-stop")
            return before
        plan = _plan(folder, port, secured, before)
        format_storage(plan)
        started = note_started("broker", start_process(plan))
        broker = Broker(plan, started)
        _write(broker)
        try:
            _await_ready(broker, timeout_s)
            if any("SASL" in name for name in plan.secured):
                set_password(parse_bus_url(plan.url()), USER, _password(plan))
        except BaseException:
            stop(folder)
            raise
        return broker


def stop(folder: Path, timeout_s: float = 30) -> bool:
    """End the folder's broker; False when none ran. Its data stays."""
    return _end(folder, signal.SIGTERM, timeout_s)


def kill(folder: Path) -> bool:
    """End it outright, as a power failure would, to see what happens; `start` brings it back."""
    return _end(folder, signal.SIGKILL, 30)


def _end(folder: Path, how: signal.Signals, timeout_s: float) -> bool:
    broker = find(folder.resolve())
    process = broker.started.process() if broker else None
    if process is None:
        return False
    process.send_signal(how)
    if psutil.wait_procs([process], timeout_s)[1]:
        process.kill()
        psutil.wait_procs([process], timeout_s)
    return True


def _plan(folder: Path, port: int, secured: Sequence[str], before: Broker | None) -> BrokerPlan:
    """Ports as they were, where a restart may keep them, so that clients find the broker again."""
    known = before.plan if before else BrokerPlan(folder, 0, 0)
    port = port or known.port or free_port()
    _require_free(port)
    ports = {name: known.secured.get(name) or free_port() for name in secured}
    return replace(known, port=port, controller_port=free_port(), secured=ports)


def _require_free(port: int) -> None:
    """Refuse a port on which somebody listens: that it could still be bound proves little on every system."""
    listening = {c.laddr.port for c in psutil.net_connections("tcp") if c.status == psutil.CONN_LISTEN}
    if port in listening:
        raise DeployError(f"port {port} of {LOOPBACK} is taken; stop what listens there, or choose another: --port "
                          "(0 takes a free one)")


def _await_ready(broker: Broker, timeout_s: float) -> None:
    """Until it answers as itself: its port may have been taken by another broker in the meantime."""
    bus, own = parse_bus_url(broker.url), cluster_id(broker.plan)
    deadline = time.monotonic() + timeout_s
    while True:
        if broker.started.process() is None:
            raise DeployError(f"the broker ended at its start: {last_words(broker.plan)}")
        try:
            answer = reach_bus(bus, 1)
            if answer.cluster_id == own and answer.brokers:
                return
        except BusUnavailableError:
            pass
        if time.monotonic() > deadline:
            raise DeployError(f"the broker was not ready within {timeout_s:g} s; look at {broker.plan.folder / 'log'}")
        time.sleep(0.1)


def _password(plan: BrokerPlan) -> str:
    """The password of `USER`, made at the first start, for its owner only."""
    path = plan.password_file
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(24))
    return path.read_text()


@contextmanager
def _alone(folder: Path):
    """Two starts at once must not both start a broker."""
    with (folder / "start.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _read(folder: Path) -> Broker | None:
    try:
        known = json.loads((folder / _FILE).read_text())
    except FileNotFoundError:
        return None
    plan = BrokerPlan(**(known["plan"] | {"folder": Path(known["plan"]["folder"])}))
    return Broker(plan, Started(**known["process"]))


def _write(broker: Broker) -> None:
    plan = asdict(broker.plan) | {"folder": str(broker.plan.folder), "secured": dict(broker.plan.secured)}
    draft = broker.plan.folder / f"{_FILE}.new"
    draft.write_text(json.dumps({"plan": plan, "process": asdict(broker.started)}, indent=1))
    os.replace(draft, broker.plan.folder / _FILE)
