"""How long a checkpoint of many entities takes, and a restore from it.

    python -m benchmarks.performance.runs.checkpoint ENTITIES FOLDER

Calls between ENTITIES phones, each once; then the job goes on following while checkpoints of the whole state are
written. It is stopped and resumed; the clock of the restore stops when calls that came meanwhile, to phones of every
shard, are scored in the store. Prints one JSON object.
"""

import json
import os
import re
import signal
import sys
import time
from pathlib import Path

from connectors import embedded
from jobs.run import RunProgress, execute
from jobs.settings import load_settings

_FIRST_NUMBER, _START_MS = 13_000_000_000, 1_772_380_800_000
#: The size is not read there: the log masks numbers as long as a card's.
_DONE = re.compile(r"Completed checkpoint (\d+) for job \w+ \(.*checkpointDuration=(\d+) ms")
#: Checkpoints that must complete after the last call was scored (ours), and calls between the two runs.
_CHECKPOINTS, _LATER = 3, 2000


def write_calls(path: Path, pairs, start_ms: int) -> int:
    """A call for each pair of phones, a millisecond apart; returns how many."""
    path.parent.mkdir(parents=True, exist_ok=True)
    n = 0
    with path.open("w") as file:
        for n, (caller, callee) in enumerate(pairs, 1):
            file.write(f'{{"event_id":"e{start_ms + n}","event_time":{start_ms + n},"kind":"voice","caller":"{caller}",'
                       f'"callee":"{callee}","duration_s":40,"answered":true}}\n')
    return n


def follow_until(settings, resume: bool, is_over) -> None:
    """Run the job, and stop it as an operator would when `is_over` says so of a look at it."""

    def look(progress: RunProgress) -> None:
        if is_over(progress):
            os.kill(os.getpid(), signal.SIGTERM)

    execute(settings, follow=True, resume=resume, on_progress=look)


def completed(state: Path) -> list[tuple[int, int]]:
    """Number and milliseconds of every checkpoint that Flink's logs tell of."""
    text = "".join(file.read_text(errors="replace") for file in state.rglob("flink.log"))
    return [tuple(map(int, found)) for found in _DONE.findall(text)]


def newest_bytes(state: Path) -> int:
    """Size of the newest checkpoint on disk."""
    newest = max(state.rglob("chk-*"), key=lambda folder: int(folder.name.removeprefix("chk-")))
    return sum(file.stat().st_size for file in newest.rglob("*") if file.is_file())


def main(entities: int, folder: Path) -> None:
    """Fill, checkpoint, stop, resume."""
    bus, store, state = folder / "bus", folder / "store", folder / "state"
    pairs = ((_FIRST_NUMBER + k, _FIRST_NUMBER + k + 1) for k in range(0, entities, 2))
    first = write_calls(bus / "cdr" / "000000.ndjson", pairs, _START_MS)
    settings = load_settings(bus=f"file://{bus.absolute()}", store=f"embedded:{store}", state=state,
                             models=folder / "models")
    seen: list[int] = []

    def is_checkpointed(progress: RunProgress) -> bool:
        if progress.counts.scored >= first and not seen:
            seen.append(len(completed(state)))
        return bool(seen) and len(completed(state)) >= seen[0] + _CHECKPOINTS

    follow_until(settings, False, is_checkpointed)
    full = completed(state)[-_CHECKPOINTS + 1:]
    size = newest_bytes(state)
    pairs = ((_FIRST_NUMBER + k, _FIRST_NUMBER + k + 3) for k in range(_LATER))
    later = write_calls(bus / "cdr" / "000001.ndjson", pairs, _START_MS + 10 * entities)
    started = time.monotonic()
    restored: list[float] = []

    def is_restored(progress: RunProgress) -> bool:
        if progress.counts.scored >= first + later:
            restored.append(time.monotonic() - started)
        return bool(restored)

    follow_until(settings, True, is_restored)
    embedded.stop(store)
    print(json.dumps({
        "entities": entities, "checkpoint_s": max(ms for _, ms in full) / 1000,
        "checkpoint_mib": size / 2**20, "restore_s": restored[0],
    }))  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
