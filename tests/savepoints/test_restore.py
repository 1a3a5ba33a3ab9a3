"""Savepoints of earlier releases: read with the same hits, or refused with a sentence; never misread."""

import json
import tarfile
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from connectors.clickhouse import open_store
from jobs.flink.plan_log import PlanLog
from jobs.flink.run import run_job
from jobs.model_life.takeover import Takeover
from jobs.moved_bus import move_plan
from jobs.replay import replay
from jobs.run import begin_run, checked_registry, fit_to_resume, job_settings
from jobs.run_folder import run_of
from jobs.score import ScoringPipeline
from jobs.settings import Settings, load_settings
from jobs.state_versions import STATES, OtherStateVersion
from tests.integration.conftest import comparable_hits
from tests.integration.duanka import Duanka
from tests.waiting import PATIENCE_S

HERE = Path(__file__).parent
KEPT = sorted(HERE.glob("*.tar.xz"))


@dataclass
class Kept:
    """A savepoint unpacked into another folder than it was made in, and commands on its store."""

    folder: Path
    duanka: Duanka
    savepoint: Path
    settings: Settings
    about: dict

    @property
    def is_readable(self) -> bool:
        return self.about["states"].items() <= STATES.items()  # a state of a later release begins empty

    def earlier_hits(self) -> dict[str, dict]:
        hits = json.loads((self.folder / "hits.json").read_text("utf-8"))
        # Releases before lists had none to tell.
        return {hit_id: {"list_findings": []} | hit for hit_id, hit in hits.items()}

    def undisturbed_hits(self) -> dict[str, dict]:
        """Hits of all records in one go, with the rules and the models that the run had."""
        with PlanLog(self.savepoint.parents[1] / "plan.ndjson") as plan:
            models = [Takeover.from_text(chunk.control) for chunk in plan.chunks() if chunk.control]
        engine = self.settings.engine(int(time.time() * 1000), models)
        return comparable_hits(replay(self.settings.bus_folder, engine, self.settings.chunk_kib << 10))


@pytest.fixture
def kept(request, tmp_path):
    folder = tmp_path / "kept"
    with tarfile.open(request.param) as tar:
        tar.extractall(folder, filter="data")
    about = json.loads((folder / "about.json").read_text())
    run = tmp_path / "state" / about["run"]
    (run / "savepoints").mkdir(parents=True)
    for name in ("run.json", "plan.ndjson"):
        (folder / name).replace(run / name)
    savepoint = (folder / "savepoint").replace(run / "savepoints" / "savepoint-kept")
    duanka = Duanka(tmp_path)
    settings = load_settings(
        bus=f"file://{folder / 'bus'}", store=duanka.store_url, state=tmp_path / "state", models=tmp_path / "models",
        rules=folder / "rules.toml", idle_ms=1000, **about["settings"],
    )  # fmt: skip
    move_plan(run / "plan.ndjson", settings.bus, settings.bus_folder)
    yield Kept(folder, duanka, savepoint, settings, about)
    duanka.close()


def go_on(kept: Kept, parallelism: int, wanted: dict[str, dict] | None) -> None:
    """Go on from the savepoint until the hits are as wanted, or patience ends."""
    settings = kept.settings.model_copy(update={"parallelism": parallelism})
    run = fit_to_resume(run_of(kept.savepoint), settings)
    registry = checked_registry(settings, resume=True)
    pipeline = ScoringPipeline(settings, settings.engine(run.now_ms), run.run_id, run.now_ms, follow=True)
    with open_store(settings.store) as store:
        begin_run(store, run, pipeline, registry)
    how = replace(job_settings(settings, run.path, True, kept.savepoint), restart_attempts=0)
    stop = threading.Event()
    deadline = time.monotonic() + PATIENCE_S

    def look(progress) -> None:
        if time.monotonic() > deadline or kept.earlier_hits() | kept.duanka.hits() == wanted:
            stop.set()

    run_job(pipeline, how, on_progress=look, stop=stop)


def test_the_present_state_has_a_savepoint_here():
    """Where this fails, a state's version was raised: python -m tests.savepoints.make RELEASE."""
    found = []
    for path in KEPT:
        with tarfile.open(path) as tar:
            found.append(json.load(tar.extractfile("about.json"))["states"])
    assert STATES in found


@pytest.mark.parametrize("kept", KEPT, indirect=True, ids=lambda path: path.name.removesuffix(".tar.xz"))
def test_a_savepoint_is_read_or_refused(kept):
    assert sum(file.stat().st_size for file in KEPT) < 2_000_000 * len(KEPT)
    earlier = kept.earlier_hits()
    if not kept.is_readable:
        with pytest.raises(OtherStateVersion, match="cards 2, devices 2.* this release reads"):
            go_on(kept, 1, None)
        assert not kept.duanka.hits()
        return
    wanted = kept.undisturbed_hits()
    assert earlier and earlier != wanted, "there is something left to do"
    go_on(kept, 2, wanted)
    assert earlier | kept.duanka.hits() == wanted
