"""Style sheets and scripts that go out with the pages."""

import hashlib
from functools import cache
from pathlib import Path

STATIC = Path(__file__).parent / "static"
#: Libraries for the browser, put there by `console.vendor`.
VENDOR = STATIC / "vendor"


@cache
def stamp(name: str) -> str:
    """The address of a file; it changes with the file's content, so that no browser keeps an old one.

    A file that is not there has an empty address.
    """
    file = STATIC / name
    if not file.is_file():
        return ""
    return f"/static/{name}?{hashlib.sha256(file.read_bytes()).hexdigest()[:12]}"
