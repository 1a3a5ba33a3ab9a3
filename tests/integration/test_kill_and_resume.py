"""Kill the job in mid-stream, resume it from its checkpoint: the hits are those of a quiet run."""

import json
import os
import signal
import time

from tests.integration.findings import replayed, stored
from tests.waiting import PATIENCE_S


def test_a_killed_run_resumed_from_its_checkpoint_finds_the_same(duanka, reported_city, eager_rules, tmp_path):
    bus = tmp_path / "bus"
    _linked(reported_city, bus)
    duanka.settings = {"chunk_kib": "48", "checkpoint_s": "0.5", "rules": str(eager_rules), "warning_topic": "true"}
    process = duanka.start("run", "--bus", bus)
    killed_in_mid_stream = _kill_after_checkpoints(process, duanka.folder / "state", 3)
    assert killed_in_mid_stream, "the run ended before it could be killed: give it more input"

    done = duanka.run("run", "--bus", bus, "--resume")
    assert done.returncode == 0, done.stderr
    wanted = replayed(reported_city, rules=eager_rules)
    assert stored(duanka) == wanted and wanted["taint_moves"]
    counts = duanka.query("SELECT records, scored, dead FROM runs FINAL")[0]
    assert counts["records"] == counts["scored"] + counts["dead"] > 0
    _check_topic(bus, wanted["warnings"])


def _check_topic(bus, wanted: dict[str, dict]) -> None:
    """Each warning was sent at least once, as it stands at last, and none that is not stored."""
    sent = [json.loads(line) for file in (bus / "warning").glob("*.ndjson") for line in file.read_text().splitlines()]
    latest = {warning["warning_id"]: warning for warning in sorted(sent, key=lambda warning: warning["version"])}
    assert latest.keys() == wanted.keys()
    assert all(wanted[name]["risk"] == warning["risk"] for name, warning in latest.items())


def _linked(city, bus) -> None:
    """The same files in a folder to which the job may add its topic of warnings."""
    for file in city.glob("*/*.ndjson"):
        (bus / file.parent.name).mkdir(parents=True, exist_ok=True)
        (bus / file.parent.name / file.name).symlink_to(file)


def _kill_after_checkpoints(process, state, wanted: int) -> bool:
    deadline = time.monotonic() + PATIENCE_S
    while process.poll() is None and time.monotonic() < deadline:
        done = {file.parent.name for file in state.glob("run-*/checkpoints/*/chk-*/_metadata")}
        newest = max((int(name.removeprefix("chk-")) for name in done), default=0)
        if newest >= wanted:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return True
        time.sleep(0.02)
    return False
