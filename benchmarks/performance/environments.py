"""Environments of rivals whose dependencies do not fit ours, made once with uv below build/."""

import subprocess
import sys
from pathlib import Path

#: What each needs, pinned. Quix Streams wants an older pydantic than the engine.
NEEDS = {"quix": ("quixstreams==3.28.1", "river==0.23.0")}
FOLDER = Path("build/bench/environments")


def python_of(name: str, folder: Path = FOLDER) -> Path:
    """The interpreter of a rival's environment, which is made where it is missing."""
    home = (folder / name).absolute()
    ready, python = home / ".ready", home / "bin" / "python"
    wanted = "\n".join(NEEDS[name])
    if not ready.exists() or ready.read_text() != wanted:
        uv = Path(sys.executable).with_name("uv")
        subprocess.run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, home], check=True)
        subprocess.run([uv, "pip", "install", "--quiet", "--python", python, *NEEDS[name]], check=True)
        ready.write_text(wanted)
    return python
