"""What a local Flink cluster looks like: sizes, addresses, and Flink's options for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.errors import DeployError
from jobs.flink.network_options import NETWORK_OPTIONS

LOOPBACK = "127.0.0.1"
#: Memory of a TaskManager beside the heap for tasks, MiB (ours; Flink's defaults are for servers).
_FRAMEWORK_HEAP, _FRAMEWORK_OFF_HEAP, _TASK_OFF_HEAP, _NETWORK, _METASPACE, _OVERHEAD = 128, 128, 128, 64, 256, 192


@dataclass(frozen=True)
class ClusterPlan:
    """One JobManager and some TaskManagers on this machine, reachable from nowhere else.

    Attributes
    ----------
    folder : Path
        Configuration, logs, temporary files and the record of the processes.
    rest_port : int
        Port of the web page and the REST interface.
    rpc_port : int
        Port on which TaskManagers find the JobManager.
    task_managers, slots : int
        A job of parallelism N takes N slots; a slot runs one Python worker.
    heap_mib, managed_mib : int
        Of each TaskManager: heap for tasks, which holds the state of the backend `heap`; native
        memory, which RocksDB and Python workers share.
    job_manager_heap_mib : int
    options : mapping
        Further options of Flink; they win over ours.
    """

    folder: Path
    rest_port: int = 8081
    rpc_port: int = 6123
    task_managers: int = 2
    slots: int = 2
    heap_mib: int = 2048
    managed_mib: int = 256
    job_manager_heap_mib: int = 512
    options: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, least in (("rest_port", 1), ("rpc_port", 1), ("task_managers", 1), ("slots", 1),
                            ("heap_mib", 128), ("managed_mib", 64), ("job_manager_heap_mib", 128)):
            if getattr(self, name) < least:
                raise DeployError(f"{name} must be at least {least}, got {getattr(self, name)}")

    def flink_options(self) -> dict[str, str]:
        """Options of all processes."""
        return {
            "rest.address": LOOPBACK,
            "rest.bind-address": LOOPBACK,
            "rest.port": str(self.rest_port),
            "rest.bind-port": str(self.rest_port),
            "jobmanager.rpc.address": LOOPBACK,
            "jobmanager.bind-host": LOOPBACK,
            "jobmanager.rpc.port": str(self.rpc_port),
            "blob.server.port": "0",
            "taskmanager.host": LOOPBACK,
            "taskmanager.bind-host": LOOPBACK,
            "taskmanager.rpc.port": "0",
            "taskmanager.data.port": "0",
            "taskmanager.numberOfTaskSlots": str(self.slots),
            "taskmanager.cpu.cores": str(self.slots),
            "taskmanager.memory.framework.heap.size": f"{_FRAMEWORK_HEAP}m",
            "taskmanager.memory.framework.off-heap.size": f"{_FRAMEWORK_OFF_HEAP}m",
            "taskmanager.memory.task.heap.size": f"{self.heap_mib}m",
            "taskmanager.memory.task.off-heap.size": f"{_TASK_OFF_HEAP}m",
            "taskmanager.memory.network.min": f"{_NETWORK}m",
            "taskmanager.memory.network.max": f"{_NETWORK}m",
            "taskmanager.memory.managed.size": f"{self.managed_mib}m",
            "taskmanager.memory.jvm-metaspace.size": f"{_METASPACE}m",
            # Only counted, never reserved; a TaskManager without it does not start.
            "taskmanager.memory.jvm-overhead.min": f"{_OVERHEAD}m",
            "taskmanager.memory.jvm-overhead.max": f"{_OVERHEAD}m",
            **NETWORK_OPTIONS,
            # A killed TaskManager is noticed after this; Flink's default is 50 s.
            "heartbeat.interval": "1 s",
            "heartbeat.timeout": "8 s",
            # Its slots are asked for again until a new one is there.
            "slot.request.timeout": "60 s",
            "web.upload.dir": str(self.folder / "tmp" / "upload"),
            **self.options,
        }

    @property
    def task_manager_memory(self) -> list[str]:
        """Options of a TaskManager's JVM that its memory options call for."""
        heap = _FRAMEWORK_HEAP + self.heap_mib
        direct = _FRAMEWORK_OFF_HEAP + _TASK_OFF_HEAP + _NETWORK
        return [f"-Xmx{heap}m", f"-XX:MaxDirectMemorySize={direct}m", f"-XX:MaxMetaspaceSize={_METASPACE}m"]

    @property
    def job_manager_memory(self) -> list[str]:
        return [f"-Xmx{self.job_manager_heap_mib}m", f"-XX:MaxMetaspaceSize={_METASPACE}m"]
