"""Notebooks as they are stored, and what is wrong with one."""

import ast
import re
import sys
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "notebooks"
#: What a notebook may lean on: the bench, no Flink and no command line.
MODULES = ("features", "models", "simulation", "connectors.model_registry", "benchmarks.detection", "jobs")
NOT = ("jobs.flink", "jobs.cli")
PACKAGES = {"numpy", "matplotlib", "pyarrow", "sklearn"}
#: Longest function: more is logic, which belongs into a room with its test.
LONGEST_FUNCTION = 16
_PATH = re.compile(r"""(?:^|[\s"'=(])(?:/(?:home|root|tmp|usr|opt|mnt|var|srv|work|data|Users)\b|~/|[A-Za-z]:\\)""")


def notebooks() -> list[Path]:
    return sorted(FOLDER.glob("*.ipynb"))


def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def faults(notebook: nbformat.NotebookNode) -> list[str]:
    """What must not be in a stored notebook, in words; empty where all is well."""
    found = [f"metadata holds the path {text!r}" for text in _texts(notebook.metadata) if _PATH.search(text)]
    for k, cell in enumerate(notebook.cells):
        if dict(cell.metadata):
            found.append(f"cell {k} has metadata")
        if _PATH.search(cell.source):
            found.append(f"cell {k} names a path of one machine")
        if cell.cell_type == "code":
            if cell.outputs or cell.execution_count is not None:
                found.append(f"cell {k} has outputs")
            found += [f"cell {k}: {fault}" for fault in _faults_of_code(cell.source)]
    return found


def _texts(node) -> list[str]:
    if isinstance(node, dict):
        return [text for value in node.values() for text in _texts(value)]
    if isinstance(node, list):
        return [text for value in node for text in _texts(value)]
    return [node] if isinstance(node, str) else []


def _faults_of_code(source: str) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(source)):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module]
        elif isinstance(node, ast.ClassDef):
            found.append(f"defines the class {node.name}")
        elif isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno >= LONGEST_FUNCTION:
            found.append(f"defines the long function {node.name}")
        found += [f"imports {name}" for name in names if not _may_import(name)]
    return found


def _may_import(name: str) -> bool:
    top = name.partition(".")[0]
    if top in sys.stdlib_module_names or top in PACKAGES:
        return True
    under = [any(name == m or name.startswith(f"{m}.") for m in modules) for modules in (MODULES, NOT)]
    return under[0] and not under[1]
