"""Which processes make up the local cluster of a folder, written down when they start."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from deploy.local.cluster_plan import ClusterPlan

_FILE = "cluster.json"


@dataclass(frozen=True)
class Started:
    """A process that was started; with its time of creation, since numbers of processes are used again."""

    name: str
    pid: int
    created_s: float

    def process(self) -> psutil.Process | None:
        """The process, None when it has ended."""
        try:
            found = psutil.Process(self.pid)
            alive = found.create_time() == self.created_s and found.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return None
        return found if alive else None


def note_started(name: str, pid: int) -> Started:
    return Started(name, pid, psutil.Process(pid).create_time())


def write_record(plan: ClusterPlan, started: list[Started]) -> None:
    """Write plan and processes down, in one step."""
    fields = asdict(plan) | {"folder": str(plan.folder), "options": dict(plan.options)}
    draft = plan.folder / f"{_FILE}.new"
    draft.write_text(json.dumps({"plan": fields, "processes": [asdict(s) for s in started]}, indent=1))
    draft.replace(plan.folder / _FILE)


def read_record(folder: Path) -> tuple[ClusterPlan, list[Started]] | None:
    """What `write_record` wrote, None when nothing is there."""
    try:
        known = json.loads((folder / _FILE).read_text())
    except FileNotFoundError:
        return None
    plan = ClusterPlan(**(known["plan"] | {"folder": Path(known["plan"]["folder"])}))
    return plan, [Started(**fields) for fields in known["processes"]]


def remove_record(folder: Path) -> None:
    (folder / _FILE).unlink(missing_ok=True)
