"""Notebooks are stored without outputs, without anything of one machine, and import their logic."""

import pytest
from nbformat.v4 import new_output

from tests.notebooks.stored import FOLDER, faults, notebooks, read


def test_there_are_five_in_order():
    assert [path.name[:3] for path in notebooks()] == ["01_", "02_", "03_", "04_", "05_"]


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
def test_a_stored_notebook_has_no_faults(path):
    assert not faults(read(path))


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
def test_a_notebook_is_narrated(path):
    cells = read(path).cells
    told = [cell for cell in cells if cell.cell_type == "markdown"]
    assert cells[0].source.startswith(f"# {int(path.name[:2])} · ")
    assert 3 * len(told) >= len(cells)
    assert sum(cell.source.startswith("## ") for cell in told) >= 4
    assert sum("plt.show()" in cell.source for cell in cells) >= 1


def test_the_readme_links_every_notebook():
    text = (FOLDER / "README.md").read_text("utf-8")
    assert not [path.name for path in notebooks() if f"]({path.name})" not in text]


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda nb: nb.cells[1].outputs.append(new_output("stream", text="1")), "cell 1 has outputs"),
        (lambda nb: nb.cells[1].update(execution_count=3), "cell 1 has outputs"),
        (lambda nb: nb.metadata.update(kernelspec={"argv": ["/home/someone/python"]}), "metadata holds the path"),
        (lambda nb: nb.cells[1].metadata.update(execution={}), "cell 1 has metadata"),
        (lambda nb: nb.cells[0].update(source="see /home/someone/x"), "names a path of one machine"),
        (lambda nb: nb.cells[1].update(source="import pyflink.table"), "imports pyflink.table"),
        (lambda nb: nb.cells[1].update(source="from jobs.flink import run"), "imports jobs.flink"),
        (lambda nb: nb.cells[1].update(source="from connectors.clickhouse import Store"), "imports connectors"),
        (lambda nb: nb.cells[1].update(source="class Model: pass"), "defines the class Model"),
        (lambda nb: nb.cells[1].update(source="def f():\n" + "    x = 1\n" * 20), "defines the long function f"),
    ],
)
def test_faults_are_found(spoil, fault):
    notebook = read(notebooks()[0])
    spoil(notebook)
    assert [found for found in faults(notebook) if fault in found]
