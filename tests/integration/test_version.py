"""The command says which release it is."""

from importlib.metadata import version


def test_version(duanka):
    said = duanka.run("--version")
    assert said.returncode == 0 and said.stdout == f"duanka {version('duanka')}\n"
