"""The command says which release it is."""

from importlib.metadata import version

from typer.testing import CliRunner

from jobs.cli.main import app


def test_version():
    said = CliRunner().invoke(app, ["--version"])
    assert said.exit_code == 0 and said.output == f"duanka {version('duanka')}\n"
