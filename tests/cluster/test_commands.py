"""What the commands say when something is wrong, and about a job that runs to its end."""

import json

import pytest

from deploy.local.cluster import free_port
from jobs.flink.jvm_options import EXIT_WITHOUT_MEMORY


def test_a_process_of_the_cluster_that_runs_out_of_memory_ends(cluster):
    """That such a JVM does end is shown in tests/jobs_flink/test_client_killed.py."""
    commands = [one.process().cmdline() for one in cluster.alive()]
    assert len(commands) == 3 and all(EXIT_WITHOUT_MEMORY in command for command in commands)


def test_a_bounded_run_ends_and_is_summed_up(duanka, small_city, undisturbed):
    duanka.submit("--bus", small_city)
    summary = duanka.job("wait", "--timeout", "200")
    assert duanka.hits() == undisturbed
    counts = duanka.query("SELECT records, scored, dead, finished_ms FROM (SELECT *, "
                          "toUnixTimestamp64Milli(finished) AS finished_ms FROM runs FINAL)")[0]
    assert counts["records"] == counts["scored"] + counts["dead"] > 0 and counts["finished_ms"]
    assert f"{counts['records']:,} events" in summary and "hits by level" in summary
    row = json.loads(duanka.job("list", "--format", "json"))[0]
    assert row["status"] == "finished" and row["job"] in summary


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("submit", "--bus", "CITY", "--cluster", "http://127.0.0.1:CLOSED"), "No Flink cluster answers"),
        (("job", "list", "--cluster", "http://127.0.0.1:CLOSED"), "make cluster"),
        (("job", "list", "--cluster", "http://127.0.0.1:STORE"), "No Flink cluster answers"),
        (("job", "list", "--cluster", "http://127.0.0.1:REST"), "sends us on to https://"),
        (("job", "list", "--cluster", "ftp://x"), "http://HOST:PORT"),
        (("job", "list", "--cluster", "http://me:secret@127.0.0.1:8081"), "no password in an address"),
        (("submit", "--bus", "CITY", "--parallelism", "4", "--state", "STATE", "--flink-option", "x"), "NAME=VALUE"),
        (("job", "status", "0" * 32), "knows no job"),
        (("job", "cancel", "0" * 32), "knows no job"),
        (("job", "savepoint", "0" * 32), "belongs to job"),
        (("job", "stop"), "went to a cluster"),
        (("submit", "--bus", "CITY", "--worker-archive", "nowhere.zip"), "make worker-archive"),
        (("submit", "--bus", "CITY", "--from", "latest"), "no earlier run"),
        (("submit", "--bus", "CITY", "--from", "/nowhere"), "no run's folder"),
        (("submit", "--bus", "CITY", "--state-backend", "paper"), "state_backend"),
    ],
)
def test_wrong_use_ends_with_a_sentence_and_code_2(duanka, small_city, arguments, said):
    words = {"CITY": str(small_city), "STATE": str(duanka.folder / "state")}
    ports = {"CLOSED": free_port(), "STORE": duanka.server.port, "REST": duanka.address.port}
    arguments = [words.get(a, a) for a in arguments]
    for name, port in ports.items():
        arguments = [a.replace(f":{name}", f":{port}") for a in arguments]
    done = duanka.run(*arguments)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.replace("│", " ").split())
    assert "Traceback" not in done.stderr + done.stdout and "secret" not in done.stderr


@pytest.mark.parametrize("kept", ["cluster_ca", "cluster_certificate"])
def test_both_sides_want_a_certificate(duanka, certificates, tmp_path, kept):
    lines = certificates.settings_file().read_text().splitlines()
    (tmp_path / "half.toml").write_text("\n".join(line for line in lines if line.startswith(kept)))
    done = duanka.run("job", "list", "--config", tmp_path / "half.toml")
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert "cluster_ca and cluster_certificate" in " ".join(done.stderr.split())


def test_a_job_that_finds_no_slots_is_refused_at_once(duanka, small_city):
    duanka.settings |= {"shards": "8"}
    done = duanka.run("submit", "--bus", small_city, "--parallelism", "8")
    assert done.returncode == 2 and "needs 8 slots" in done.stderr and "4 free of 4" in done.stderr
    assert not list((duanka.folder / "state").glob("run-*")), "nothing was begun"
