"""Passwords that the environment gives; they never stand in an address or a setting."""

import os
from pathlib import Path

from connectors.errors import ConnectorError


def password_from(variable: str, error: type[ConnectorError]) -> str | None:
    """Return the password in `variable`, or in the file that ``<variable>_FILE`` names, or None.

    Parameters
    ----------
    variable : str
        For instance ``DUANKA_STORE_PASSWORD``.
    error : type
        What to raise when both are given, the file cannot be read, or the password is empty.
    """
    file_variable = f"{variable}_FILE"
    value, path = os.environ.get(variable), os.environ.get(file_variable)
    if value is not None and path is not None:
        raise error(f"both {variable} and {file_variable} are set; unset one")
    source = variable
    if path is not None:
        source = f"{file_variable}={path}"
        try:
            value = Path(path).read_text("utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as cause:
            raise error(f"{source} cannot be read: {cause}; name a readable text file") from None
    if value == "":
        raise error(f"{source} gives an empty password; give one or unset it")
    return value
