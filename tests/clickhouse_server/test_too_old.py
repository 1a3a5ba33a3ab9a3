"""A server that is older than the tables need is refused before anything is changed."""

import subprocess
import sys

import pytest

from connectors.errors import SchemaError
from connectors.schema import migrate

SENTENCE = "is ClickHouse 18.16.1, at least 25.3 is needed; upgrade the server, or give another with --store"


def test_migrating_is_refused(store):
    with pytest.raises(SchemaError, match=SENTENCE):
        migrate(store)
    assert store.query("SELECT name FROM system.tables WHERE database = 'duanka'") == []


@pytest.mark.parametrize("command", [["store", "migrate"], ["store", "migrate", "--cluster", "city"]])
def test_the_command_says_so_in_one_sentence(server, command):
    done = subprocess.run([sys.executable, "-m", "jobs.cli.main", *command, "--store", server.url], text=True,
                          capture_output=True, timeout=200)
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.strip() == f"error: the store {server.url} {SENTENCE}"
