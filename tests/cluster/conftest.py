"""One real cluster for all tests of this room, whose workers know nothing of this checkout."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from connectors import embedded
from connectors.embedded.access import PASSWORD_FILE
from deploy.local import cluster as local_cluster
from deploy.local.cluster import Cluster, free_port
from deploy.local.cluster_plan import ClusterPlan
from deploy.worker_archive.build import build
from simulation.city import CityConfig, simulate
from tests.cluster.cluster_duanka import ClusterDuanka
from tests.cluster.rest_certificates import RestCertificates
from tests.integration.conftest import replayed_hits
from tests.waiting import PATIENCE_S

ROOT = Path(__file__).resolve().parents[2]
#: Few, so that small inputs are quickly through.
SHARDS = 4
#: Small, and still with hits of several kinds.
CITY = CityConfig(people=1000, days=1, seed=5)


@pytest.fixture(scope="session")
def worker_archive() -> Path:
    """As ``make worker-archive`` makes it; its layers are used again by the next session."""
    return build(ROOT / "build" / "worker.zip").path


@pytest.fixture(scope="session")
def store_server(tmp_path_factory):
    """A store that its clients know by address and password alone, as they do a ClickHouse server."""
    folder = tmp_path_factory.mktemp("store")
    yield embedded.start(folder)
    embedded.stop(folder, PATIENCE_S)


@pytest.fixture(scope="session")
def worker_machine(tmp_path_factory, store_server) -> dict[str, str]:
    """Environment of the TaskManagers: a Python of this version, the store's password, and nothing of ours."""
    home = tmp_path_factory.mktemp("home")
    python = next(folder for folder in ("/usr/bin", f"{sys.base_prefix}/bin")
                  if shutil.which(f"python{sys.version_info.major}.{sys.version_info.minor}", path=folder))
    return {"PATH": f"{python}:/usr/bin:/bin", "HOME": str(home), "LANG": "C.UTF-8",
            "DUANKA_STORE_PASSWORD_FILE": str(store_server.data_dir / PASSWORD_FILE)}


@pytest.fixture(scope="session")
def certificates(tmp_path_factory) -> RestCertificates:
    return RestCertificates(tmp_path_factory.mktemp("certificates")).issue()


@pytest.fixture(scope="session")
def cluster(tmp_path_factory, worker_machine, certificates) -> Cluster:
    """Two TaskManagers of two slots; only who shows a certificate may ask. A test that kills one starts it again."""
    folder = tmp_path_factory.mktemp("cluster")
    plan = ClusterPlan(folder, free_port(), free_port(), task_managers=2, slots=2, heap_mib=384,
                       options=certificates.options("server"))  # fmt: skip
    yield local_cluster.start(plan, worker_machine)
    local_cluster.stop(folder)


@pytest.fixture(scope="session")
def small_city(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("small-city") / "bus"
    simulate(CITY, folder)
    return folder


@pytest.fixture(scope="session")
def undisturbed(small_city) -> dict[str, dict]:
    """The city's hits, in one go."""
    hits = replayed_hits(small_city, shards=SHARDS)
    assert len(hits) > 5
    return hits


@pytest.fixture
def duanka(tmp_path, cluster, certificates, store_server, worker_archive, request) -> ClusterDuanka:
    """Commands that submit to the cluster, with a database of the test's own."""
    database = "t" + "".join(c if c.isalnum() else "_" for c in request.node.name)[:40]
    settings = {"cluster": cluster.url, "worker_archive": str(worker_archive), "shards": str(SHARDS),
                "config": str(certificates.settings_file())}
    made = ClusterDuanka(tmp_path, settings, store_server, database, certificates.address(cluster.url))
    yield made
    made.cancel_all()


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch):
    for name in [name for name in os.environ if name.startswith("DUANKA_")]:
        monkeypatch.delenv(name)
