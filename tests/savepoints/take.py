"""Run by a release's own code, which PYTHONPATH names: score what a bus holds, then stop with a savepoint.

``python take.py FOLDER RECORDS`` reads ``FOLDER/bus`` until so many records are counted, and leaves in
FOLDER the savepoint, the plan log, the hits so far, the rules and the versions of the states.
"""

import json
import os
import shutil
import signal
import sys
import time
from pathlib import Path

from features import card_features, device_features
from jobs import card_shard
from jobs.flink import run as flink_run
from jobs.run import execute
from jobs.settings import load_settings
from models.rules import default_rules, write_rules
from tests.integration.duanka import Duanka

#: Few and small, for a small savepoint.
SETTINGS = {"shards": 2, "parallelism": 1, "chunk_kib": 256, "checkpoint_s": 3600}
#: No silence lets events out: the savepoint holds those that wait.
NEVER_IDLE = {"idle_ms": 3_600_000}
#: Looks at the store, twice a second.
QUIET_LOOKS = 20


def stop_with_savepoint(target: Path):
    """What a run does in place of cancelling its job; releases before 0.2 have no command for it."""

    def stop(client, result) -> None:
        from pyflink.java_gateway import get_gateway

        formats = get_gateway().jvm.org.apache.flink.core.execution.SavepointFormatType
        client._j_job_client.stopWithSavepoint(False, str(target), formats.CANONICAL).get()
        while not result.isDone():
            time.sleep(0.05)

    return stop


def take(folder: Path, records: int) -> None:
    settings = load_settings(
        bus=f"file://{folder}/bus", store=f"embedded:{folder}/store", state=folder / "state", models=folder / "models",
        **SETTINGS, **NEVER_IDLE,
    )  # fmt: skip
    flink_run._cancel = stop_with_savepoint(folder / "savepoints")

    there = Duanka(folder)
    seen = []

    def look(progress) -> None:
        if progress.counts.records >= records:
            seen.append(len(there.hits()))
        # No more hits for a while: what is left waits for later events.
        if len(seen) > QUIET_LOOKS and 0 < seen[-1] == seen[-QUIET_LOOKS]:
            os.kill(os.getpid(), signal.SIGINT)

    end = execute(settings, follow=True, on_progress=look)
    (run,) = (folder / "state").glob("run-*")
    (kept,) = (folder / "savepoints").iterdir()
    shutil.move(kept, folder / "savepoint")
    for name in ("run.json", "plan.ndjson"):
        shutil.copy(run / name, folder / name)
    (folder / "hits.json").write_text(json.dumps(there.hits(), ensure_ascii=False), "utf-8")
    there.close()
    (folder / "rules.toml").write_text(write_rules(default_rules()), "utf-8")
    # Runs of release 0.1.0 did not note them.
    versions = {"cards": card_features.STATE_VERSION, "devices": device_features.STATE_VERSION,
                "card shard": card_shard.STATE_VERSION}  # fmt: skip
    versions = json.loads((run / "run.json").read_text("utf-8")).get("states", versions)
    (folder / "about.json").write_text(json.dumps({"run": end.run_id, "settings": SETTINGS, "states": versions}))


if __name__ == "__main__":
    take(Path(sys.argv[1]), int(sys.argv[2]))
