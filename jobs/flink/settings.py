"""Settings of one run of the job on Flink."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from jobs.flink.errors import SettingError


@dataclass(frozen=True)
class JobSettings:
    """How to run, validated at construction; nothing is looked up in the environment.

    Attributes
    ----------
    state_dir : Path
        Holds the plan log, checkpoints and logs. One job at a time per folder.
    bus : str
        Where events come from, as the user wrote it; kept in the plan log's header so that a
        resumed run cannot mix two inputs.
    parallelism : int
        Python workers, hence cores used by decoding and scoring.
    shards : int
        Power of two, at least `parallelism`; fixed for the life of a state folder.
    checkpoint_dir : Path or None
        ``state_dir/checkpoints`` when None.
    allowed_lateness_ms : int
        Disorder of event time that changes no result.
    chunk_bytes : int
        Size the planner cuts for; part of the plan log's header.
    follow : bool
        Go on with new files and lines until stopped, instead of ending with the input.
    restore_from : None, "latest" or path
        A checkpoint's or savepoint's folder (it holds ``_metadata``), or the newest one of this
        state folder.
    state_backend : "heap" or "rocksdb"
        Where Flink keeps keyed state: on the JVM's heap, or in RocksDB on disk, whose checkpoints
        are incremental.
    shard_bundle, plan_bundle, decode_bundle : int
        Elements per crossing from the JVM to Python. A barrier waits for the bundle in progress,
        so these bound checkpoint delay: chunks go one by one, small shard payloads together.
    bundle_time_ms : int
        Longest wait of a payload for its bundle to fill.
    watermark_interval_ms : int
        How often event time moves; each move wakes the shards that hold something due.
    poll_ms : int
        Follow mode: pause after the planner had nothing.
    shard_log_bytes : int
        A shard's log is folded into a snapshot at this size, or at half the last snapshot's if
        that is more. Below it, writing snapshots costs more than re-applying the log (ours).
    store_delay_ms, store_batch_bytes : int
        Results go to the sink after this delay, or earlier at this size.
    restart_attempts, restart_window_ms, restart_delay_ms : int
        The job gives up when it fails more than `restart_attempts` times in a window.
    endless_restarts, restart_max_delay_ms : bool, int
        Instead it never gives up, and waits twice as long after each failure, at most so long.
    jvm_heap_mb : int
        Holds all shard snapshots and logs twice while a checkpoint is written.
    json_log : bool
        Flink's own log as one JSON object a line.
    metrics_port : int
        Loopback port on which a run in this process serves its metrics; 0 for none.
    persons : bool
        Whether there are shards of persons, which take what card shards send them aside, and of payees behind them.
    globals : int
        How many shards hold the whole stream, beside those that share it out; they run at parallelism 1.
    flink_options : mapping
        Further options of Flink; they win over ours.
    """

    state_dir: Path
    bus: str = ""
    parallelism: int = 1
    shards: int = 32
    checkpoint_dir: Path | None = None
    checkpoint_interval_ms: int = 10_000
    allowed_lateness_ms: int = 0
    chunk_bytes: int = 1 << 20
    follow: bool = False
    restore_from: str | Path | None = None
    shard_bundle: int = 256
    plan_bundle: int = 1
    decode_bundle: int = 1
    bundle_time_ms: int = 100
    watermark_interval_ms: int = 200
    poll_ms: int = 50
    shard_log_bytes: int = 1 << 20
    store_delay_ms: int = 300
    store_batch_bytes: int = 4 << 20
    restart_attempts: int = 3
    restart_window_ms: int = 600_000
    restart_delay_ms: int = 500
    endless_restarts: bool = False
    restart_max_delay_ms: int = 60_000
    state_backend: str = "heap"
    jvm_heap_mb: int = 1024
    json_log: bool = False
    metrics_port: int = 0
    persons: bool = False
    globals: int = 0
    flink_options: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.shards < 1 or self.shards & (self.shards - 1):
            raise SettingError(f"shards must be a power of two, got {self.shards}.")
        if not 1 <= self.parallelism <= self.shards:
            raise SettingError(f"parallelism must be 1 to {self.shards} (the number of shards), "
                               f"got {self.parallelism}.")
        for name in ("checkpoint_interval_ms", "chunk_bytes", "shard_bundle", "plan_bundle",
                     "decode_bundle", "bundle_time_ms", "watermark_interval_ms", "poll_ms",
                     "shard_log_bytes", "store_delay_ms", "store_batch_bytes", "restart_window_ms",
                     "restart_max_delay_ms"):
            if getattr(self, name) < 1:
                raise SettingError(f"{name} must be at least 1, got {getattr(self, name)}.")
        for name in ("allowed_lateness_ms", "restart_attempts", "restart_delay_ms", "globals"):
            if getattr(self, name) < 0:
                raise SettingError(f"{name} must not be negative, got {getattr(self, name)}.")
        if not 0 <= self.metrics_port <= 65_535:
            raise SettingError(f"metrics_port must be 0 to 65535, got {self.metrics_port}.")
        if self.state_backend not in ("heap", "rocksdb"):
            raise SettingError(f"state_backend must be heap or rocksdb, got {self.state_backend!r}.")
        if self.jvm_heap_mb < 256:
            raise SettingError(f"jvm_heap_mb must be at least 256, got {self.jvm_heap_mb}.")

    @property
    def checkpoints(self) -> Path:
        return Path(self.checkpoint_dir or Path(self.state_dir) / "checkpoints").resolve()

    @property
    def savepoints(self) -> Path:
        return Path(self.state_dir).resolve() / "savepoints"

    @property
    def plan_path(self) -> Path:
        return Path(self.state_dir).resolve() / "plan.ndjson"

    @property
    def log_dir(self) -> Path:
        return Path(self.state_dir).resolve() / "log"
