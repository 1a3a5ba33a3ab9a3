"""Every finished repetition is kept, so that a run that was broken off goes on where it was."""

import hashlib
import json
import subprocess
from pathlib import Path

from benchmarks.performance.scenario import Figures
from benchmarks.performance.sizes import Sizes

_MEASURED = ("benchmarks", "features", "models", "connectors", "jobs", "simulation", "constraints.txt")


class Journal:
    """Repetitions of every scenario, in a file that is written anew after each.

    Parameters
    ----------
    path : Path
    sizes : Sizes
        What was measured with other sizes, or of other code, is not taken over.
    fresh : bool
        Begin anew.
    """

    def __init__(self, path: Path, sizes: Sizes, fresh: bool = False):
        self._path = path
        self._sizes = sizes.describe() | {"code": _code()}
        self.runs: dict[str, list[Figures]] = {}
        if path.exists() and not fresh:
            kept = json.loads(path.read_text())
            if kept["sizes"] == json.loads(json.dumps(self._sizes)):
                self.runs = kept["runs"]

    def add(self, scenario: str, figures: Figures) -> None:
        """Keep one more repetition."""
        self.runs.setdefault(scenario, []).append(figures)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps({"sizes": self._sizes, "runs": self.runs}, indent=1))
        fresh.replace(self._path)

    def done(self, scenario: str) -> int:
        """How often it was run."""
        return len(self.runs.get(scenario, ()))


def _code() -> str:
    """What is measured, by the names that git gives its folders; empty where there is no git.

    A commit's own name would do away with every round at a change of the text that tells of them.
    """
    command = ["git", "rev-parse", *(f"HEAD:{part}" for part in _MEASURED)]
    done = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True)
    return hashlib.sha256(done.stdout.encode()).hexdigest() if done.returncode == 0 else ""
