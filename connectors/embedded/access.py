"""The password of an embedded store."""

import os
import secrets
from pathlib import Path

from connectors.errors import EmbeddedStoreError
from connectors.store_password import given_password

PASSWORD_FILE = "password"


def own_password(data_dir: Path) -> str:
    """Return the password kept in the folder, making one on the first call.

    The file is only for its owner (0600). Two processes that make it at once agree on one.
    """
    path = data_dir / PASSWORD_FILE
    if not path.exists():
        draft = path.with_name(f".{PASSWORD_FILE}.{os.getpid()}.{secrets.token_hex(4)}")
        fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(fd, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(24))
        try:
            os.link(draft, path)  # unlike a rename it does not replace another's
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    if path.stat().st_mode & 0o077:
        raise EmbeddedStoreError(f"{path} may be read by others (mode {path.stat().st_mode & 0o777:o}); "
                                 "run chmod 600 on it, or delete it to get a new password")
    return path.read_text("ascii").strip()


def password_for(data_dir: Path) -> str:
    """Return the password of the store in `data_dir`: the environment's, else the folder's own."""
    return given_password() or own_password(data_dir)
