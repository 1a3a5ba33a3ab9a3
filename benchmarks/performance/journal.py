"""Every finished repetition is kept, so that a run that was broken off goes on where it was."""

import json
import subprocess
from pathlib import Path

from benchmarks.performance.scenario import Figures
from benchmarks.performance.sizes import Sizes


class Journal:
    """Repetitions of every scenario, in a file that is written anew after each.

    Parameters
    ----------
    path : Path
    sizes : Sizes
        What was measured with other sizes, or on another commit, is not taken over.
    fresh : bool
        Begin anew.
    """

    def __init__(self, path: Path, sizes: Sizes, fresh: bool = False):
        self._path = path
        self._sizes = sizes.describe() | {"commit": _commit()}
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


def _commit() -> str:
    """The commit of the tree that is measured; empty where there is none."""
    done = subprocess.run(["git", "rev-parse", "HEAD"], cwd=Path(__file__).parent, capture_output=True, text=True)
    return done.stdout.strip()
