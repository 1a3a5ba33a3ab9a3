"""The fragments of the servers' configuration: as the engine reads them, and with nothing left open."""

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

FOLDER = Path(__file__).parents[2] / "deploy" / "clickhouse" / "config.d"


def test_no_port_without_tls_stays_open():
    tree = ElementTree.parse(FOLDER / "tls.xml").getroot()
    closed = {node.tag for node in tree if node.get("remove") == "1"}
    assert {"tcp_port", "http_port", "interserver_http_port", "mysql_port", "postgresql_port"} == closed
    for side in ("server", "client"):
        disabled = tree.findtext(f"openSSL/{side}/disableProtocols").split(",")
        assert {"sslv2", "sslv3", "tlsv1", "tlsv1_1"} <= set(disabled)
    assert tree.findtext("openSSL/client/verificationMode") == "strict"


def test_the_engine_knows_the_cluster(tmp_path):
    """Read by the engine itself, as config.d beside its own configuration."""
    (tmp_path / "config.d").symlink_to(FOLDER)
    (tmp_path / "config.xml").write_text("<clickhouse/>")
    ask = ("from chdb.state.sqlitelike import Connection\nimport sys\n"
           "c = Connection(sys.argv[1])\n"
           "print(c.query(\"SELECT shard_num, groupArray(host_name), min(port), min(internal_replication) FROM "
           "system.clusters WHERE cluster = 'duanka' GROUP BY shard_num ORDER BY shard_num FORMAT TSV\"))\n"
           "print(c.query(\"SELECT getMacro('shard'), getMacro('replica') FORMAT TSV\"))")
    done = subprocess.run([sys.executable, "-c", ask, f"{tmp_path}/data?config-file={tmp_path}/config.xml"], text=True,
                          capture_output=True, timeout=250, env={**os.environ, "DUANKA_CLUSTER_SECRET": "s"})
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.split("\n")[:2] == ["1\t['ch-1a','ch-1b']\t9440\t1", "2\t['ch-2a','ch-2b']\t9440\t1"]
    assert "1\tch-1a" in done.stdout
