"""The compose file: valid by the specification, closed to the outside, and fitting the job.

No engine runs it here: images are neither fetched nor started.
"""

import os
import re
import stat
import subprocess
from pathlib import Path

import pytest
import yaml
from compose_spec import PyCompose
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from connectors.kafka.bus_url import parse_bus_url
from connectors.store_url import parse_store_url
from jobs.flink.jvm_options import EXIT_WITHOUT_MEMORY
from jobs.flink.metric_options import prometheus_options
from jobs.flink.network_options import NETWORK_OPTIONS
from jobs.settings import load_settings

FOLDER = Path(__file__).parents[2] / "deploy" / "compose"
TEXT = (FOLDER / "compose.yaml").read_text("utf-8")
#: Services that do their work and end.
ENDING = {"topics", "submit"}


@pytest.fixture(scope="module")
def services() -> dict:
    return yaml.safe_load(TEXT)["services"]


def parsed(text: str) -> PyCompose:
    """Read as the specification has it; merges are YAML's and resolved before."""
    compose = PyCompose.from_yaml(yaml.safe_dump(yaml.safe_load(text)))
    compose.validate()
    return compose


def test_it_is_what_the_specification_says():
    names = set(parsed(TEXT).service_names())
    assert names == {"kafka", "clickhouse", "jobmanager", "taskmanager-1", "taskmanager-2", "topics", "submit",
                     "learner", "console", "dispatcher", "notices", "prometheus", "grafana"}
    for wrong in (TEXT.replace("retries: 5", "retrys: 5"), TEXT.replace("restart: unless-stopped", "restart: often"),
                  TEXT.replace("secrets: [grafana_password]", "secrets: [nobody]")):
        with pytest.raises(ValueError):
            parsed(wrong)


def test_only_this_host_reaches_what_is_published(services):
    ports = [port for service in services.values() for port in service.get("ports", ())]
    assert len(ports) == 6 and all(port.startswith("127.0.0.1:") for port in ports)
    assert not any("network_mode" in service or service.get("privileged") for service in services.values())


def test_images_are_pinned_and_name_no_registry(services):
    for name, service in services.items():
        image, tag = service["image"].split(":")
        assert tag != "latest" and re.search(r"\d", tag), name
        assert image.count("/") <= 1 and "." not in image, name


def test_services_that_stay_are_watched_bounded_and_started_again(services):
    for name, service in services.items():
        assert "no-new-privileges:true" in service["security_opt"], name
        if name in ENDING:
            continue
        assert service["restart"] == "unless-stopped" and service["mem_limit"], name
        if not name.startswith(("taskmanager", "learner", "dispatcher", "notices")):  # these have no port to ask
            assert service["healthcheck"]["test"][0] == "CMD", name
    for service in services.values():
        for other, condition in service.get("depends_on", {}).items():
            if condition["condition"] == "service_healthy":
                assert "healthcheck" in services[other], other


def test_passwords_come_from_files_that_no_repository_takes(services, tmp_path):
    for name, service in services.items():
        for variable, value in service.get("environment", {}).items():
            if "PASSWORD" in variable:
                assert variable.endswith("_FILE") and str(value).startswith("/run/secrets/"), (name, variable)
                assert Path(value).name in service["secrets"]
    assert "secrets/" in (FOLDER / ".gitignore").read_text().split()
    script = tmp_path / "make-secrets.sh"
    script.write_bytes((FOLDER / "make-secrets.sh").read_bytes())
    for _ in range(2):
        subprocess.run(["sh", script], check=True, timeout=100)
        made = {path.name: path.read_text() for path in sorted((tmp_path / "secrets").iterdir())}
    assert set(made) == set(yaml.safe_load(TEXT)["secrets"]) - {"notices"}, "whom to tell is the site's own"
    words = [value for name, value in made.items() if name.endswith("password")]
    assert len(set(words)) == len(words) == 2 and all(len(word) == 32 and "\n" not in word for word in words)
    certificate = x509.load_pem_x509_certificate(made["console_certificate"].encode())
    key = serialization.load_pem_private_key(made["console_key"].encode(), None)
    assert certificate.public_key() == key.public_key()
    assert stat.S_IMODE(os.stat(tmp_path / "secrets").st_mode) == 0o700


def test_what_is_mounted_is_there_and_every_volume_is_used(services):
    declared, used = set(yaml.safe_load(TEXT)["volumes"]), set()
    for service in services.values():
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            if source.startswith("."):
                assert (FOLDER / source).exists() and volume.endswith(":ro"), volume
            else:
                used.add(source)
    assert used == declared


def test_settings_are_valid_and_name_the_services(services):
    settings = load_settings(FOLDER / "duanka.toml")
    assert parse_bus_url(settings.bus).bootstrap == "kafka:9092" and {"kafka", "clickhouse"} <= set(services)
    store = parse_store_url(settings.store)
    assert (store.host, store.port) == ("clickhouse", 9000)
    assert store.user == services["clickhouse"]["environment"]["CLICKHOUSE_USER"]
    assert store.database == services["clickhouse"]["environment"]["CLICKHOUSE_DB"]
    assert settings.cluster == "http://jobmanager:8081"
    options = yaml.safe_load(services["jobmanager"]["environment"]["FLINK_PROPERTIES"])
    task_managers = [name for name in services if name.startswith("taskmanager")]
    assert settings.parallelism == len(task_managers) * options["taskmanager.numberOfTaskSlots"]


def test_flink_s_options_are_those_that_the_job_rests_on(services):
    options = {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in
               yaml.safe_load(services["taskmanager-1"]["environment"]["FLINK_PROPERTIES"]).items()}
    assert dict(NETWORK_OPTIONS).items() <= options.items()
    assert prometheus_options("9249").items() <= options.items()
    assert options["env.java.opts.all"] == EXIT_WITHOUT_MEMORY
    for name, limit in (("jobmanager", "2g"), ("taskmanager", "5g")):
        assert int(options[f"{name}.memory.process.size"].rstrip("m")) < int(limit[0]) * 1024
        assert services[name if name == "jobmanager" else "taskmanager-1"]["mem_limit"] == limit
