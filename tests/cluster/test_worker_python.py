"""Workers run what travelled with the job, and a job goes on trying."""

import importlib
import json
import sys
import time
from pathlib import Path

import pytest

from jobs.flink.cluster_jobs import cancel, job_state, last_failure
from jobs.flink.cluster_rest import ClusterRest
from jobs.flink.cluster_submit import WorkerEnvironment, submit_job
from jobs.flink.settings import JobSettings
from tests.cluster import probe
from tests.cluster.conftest import ROOT
from tests.waiting import PATIENCE_S

ATTEMPTS = 4


@pytest.fixture(scope="module")
def tried(cluster, certificates, worker_archive, tmp_path_factory):
    """What a job that fails at each attempt left behind after some of them: answers, state, last failure."""
    folder = tmp_path_factory.mktemp("probe")
    settings = JobSettings(folder / "state", shards=1, endless_restarts=True, restart_max_delay_ms=1000,
                           flink_options=certificates.options("client"))  # fmt: skip
    address = certificates.address(cluster.url)
    # Imported, hence pickled, by the name that the file alone has among the workers.
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(Path(__file__).parent)
        pipeline = importlib.import_module("probe").Probe(str(folder / "answers"))
    workers = WorkerEnvironment(worker_archive, (Path(probe.__file__),))
    submitted = submit_job(pipeline, settings, address, workers)
    deadline = time.monotonic() + PATIENCE_S
    with ClusterRest(address) as rest:
        while len(answers := read_answers(folder / "answers")) < ATTEMPTS:
            assert time.monotonic() < deadline, last_failure(rest, submitted.job_id)
            time.sleep(0.2)
        state, failure = job_state(rest, submitted.job_id), last_failure(rest, submitted.job_id)
        cancel(rest, submitted.job_id)
    return answers, state, failure


def read_answers(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_nothing_is_imported_from_this_checkout_or_its_environment(tried, worker_machine):
    mine = {str(ROOT), sys.prefix}
    for answer in tried[0]:
        for name in ("features", "jobs", "numpy"):
            assert answer[name].startswith(worker_machine["HOME"])
        for place in (answer["executable"], answer["folder"], *answer["path"]):
            assert not any(place.startswith(folder) for folder in mine), place
        assert not any(value.startswith(tuple(mine)) for name, value in answer["environment"].items()
                       if not name.startswith("FLINK_"))  # fmt: skip


def test_it_is_unpacked_once(tried, worker_machine):
    cache = Path(worker_machine["HOME"]) / ".cache" / "duanka" / "worker"
    kinds = sorted(folder.name.partition("-")[0] for folder in cache.iterdir())
    assert kinds == ["code", "packages"]


def test_a_submitted_job_does_not_give_up(tried):
    _, state, failure = tried
    assert not state.is_over
    assert failure == f"ValueError: {probe.FAILURE}."
