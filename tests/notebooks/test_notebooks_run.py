"""Every notebook runs from beginning to end on a small city, and its figures are sane.

A notebook's last cell shows a dict of its key figures.
"""

import ast
import os

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook, new_output

from tests.notebooks.stored import FOLDER, ROOT, read

PHONES = ROOT.parent / "shared" / "data" / "sichuan" / "phones_dev.csv.gz"
#: Least and largest value of key figures. Wide: figures of a small city move with every feature
#: that is added; what a detector must reach is for the detection suite to say.
SANE = {
    "01_a_day_of_data": {
        "records": (30_000, 200_000), "refused": (0, 0), "hits": (8, 500), "orange_precision": (0.4, 1.0),
        "calls_seen": (5_000, 100_000),
    },
    "02_what_separates_fraud": {
        "real": (True, True), "best_single_auc": (0.86, 0.90), "logistic_auc": (0.91, 0.97),
        "trees_auc": (0.93, 0.97), "trees_recall_at_precision_95": (0.7, 0.95), "chance_auc": (0.45, 0.55),
    },
    "03_thresholds_for_an_alert_budget": {
        "auc_now": (0.85, 1.0), "chance_now": (0.3, 0.7), "brier_now": (0.0, 0.006),
        "brier_base_rate": (0.006, 0.02), "cost_against_nothing": (0.0, 0.7), "orange_precision_now": (0.3, 1.0),
        "orange_recall_now": (0.4, 1.0),
    },
    "04_train_shadow_publish": {
        "champion_auc": (0.8, 1.0), "shadow_auc": (0.85, 1.0), "shadow_average_precision": (0.4, 1.0),
        "hits_before": (8, 500), "hits_after": (8, 500), "deeds": (4, 4),
    },
    "05_errors": {
        "found": (20, 100), "missed": (0, 45), "recall": (0.4, 1.0), "precision": (0.4, 1.0), "other_found": (15, 100),
    },
}  # fmt: skip
SIMULATED = {
    "real": (False, False), "phones": (2_000, 20_000), "logistic_auc": (0.8, 1.0), "chance_auc": (0.3, 0.7),
}  # fmt: skip


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Execute a notebook in a folder of its own, with a kernel of this environment and of no home."""
    folders = ("JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "IPYTHONDIR")
    own = {name: str(tmp_path / name.lower()) for name in folders}
    own |= {"JUPYTER_PATH": "", "JUPYTER_PREFER_ENV_PATH": "1"}
    own |= {"DUANKA_NOTEBOOK_PEOPLE": "2000", "DUANKA_NOTEBOOK_DAYS": "2", "OMP_NUM_THREADS": "1"}
    for name in [name for name in os.environ if name.startswith("DUANKA_") or name == "MPLBACKEND"]:
        monkeypatch.delenv(name)
    for name, value in own.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DUANKA_NOTEBOOK_FOLDER", str(tmp_path / "work"))
    monkeypatch.setenv("DUANKA_DATA", str(PHONES.parent.parent))

    def execute(name: str):
        notebook = read(FOLDER / f"{name}.ipynb")
        place = {"metadata": {"path": str(tmp_path)}}
        NotebookClient(notebook, timeout=240, kernel_name="python3", resources=place).execute()
        return notebook

    return execute


def outputs(notebook) -> list:
    return [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]


def check(notebook, sane: dict) -> None:
    """The notebook ran in silence and with plots, and its figures lie where they must."""
    grumbles = [o.text for o in outputs(notebook) if o.output_type == "stream" and o.name == "stderr"]
    assert not [text for text in grumbles if "Warning" in text]
    assert sum("image/png" in o.get("data", {}) for o in outputs(notebook)) >= 2
    told = ast.literal_eval(notebook.cells[-1].outputs[-1].data["text/plain"])
    assert not {name: told[name] for name, (least, most) in sane.items() if not least <= told[name] <= most}


@pytest.mark.long
@pytest.mark.parametrize("name", [name for name in SANE if not name.startswith("02")])
def test_a_notebook_runs(run, name):
    check(run(name), SANE[name])


@pytest.mark.skipif(not PHONES.exists(), reason=f"needs {PHONES.name} in ../shared/data/sichuan")
def test_the_notebook_of_real_phones_runs(run):
    check(run("02_what_separates_fraud"), SANE["02_what_separates_fraud"])


@pytest.mark.long
def test_without_real_phones_it_says_so_and_runs(run, monkeypatch, tmp_path):
    monkeypatch.setenv("DUANKA_DATA", str(tmp_path / "nothing"))
    notebook = run("02_what_separates_fraud")
    check(notebook, SIMULATED)
    assert any("SIMULATED" in o.text for o in outputs(notebook) if o.output_type == "stream")


def test_the_check_can_fail():
    plots = [new_output("display_data", data={"image/png": ""}) for _ in range(2)]
    result = new_output("execute_result", data={"text/plain": "{'auc': 0.7}"})
    notebook = new_notebook(cells=[new_code_cell(outputs=plots), new_code_cell(outputs=[result])])
    check(notebook, {"auc": (0.6, 0.8)})
    with pytest.raises(AssertionError, match="auc"):
        check(notebook, {"auc": (0.8, 1.0)})
    plots.pop()
    with pytest.raises(AssertionError):
        check(notebook, {"auc": (0.6, 0.8)})
    plots += [plots[0], new_output("stream", name="stderr", text="RuntimeWarning: divide by zero")]
    with pytest.raises(AssertionError, match="divide"):
        check(notebook, {"auc": (0.6, 0.8)})
