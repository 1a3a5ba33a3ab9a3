"""The password that the environment gives for a store; it never stands in a URL or a setting."""

import os
from pathlib import Path

from connectors.errors import StoreError

PASSWORD_VARIABLE = "DUANKA_STORE_PASSWORD"
PASSWORD_FILE_VARIABLE = "DUANKA_STORE_PASSWORD_FILE"


def given_password() -> str | None:
    """Return the password that the environment gives, itself or by naming a file, or None.

    Raises
    ------
    StoreError
        Both are given, the file cannot be read, or the password is empty.
    """
    value, path = os.environ.get(PASSWORD_VARIABLE), os.environ.get(PASSWORD_FILE_VARIABLE)
    if value is not None and path is not None:
        raise StoreError(f"both {PASSWORD_VARIABLE} and {PASSWORD_FILE_VARIABLE} are set; unset one")
    source = PASSWORD_VARIABLE
    if path is not None:
        source = f"{PASSWORD_FILE_VARIABLE}={path}"
        try:
            value = Path(path).read_text("utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise StoreError(f"{source} cannot be read: {error}") from None
    if value == "":
        raise StoreError(f"{source} gives an empty password; give one or unset it")
    return value
