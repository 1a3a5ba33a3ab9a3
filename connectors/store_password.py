"""The password that the environment gives for a store; it never stands in a URL or a setting."""

from connectors.errors import StoreError
from connectors.given_password import password_from

PASSWORD_VARIABLE = "DUANKA_STORE_PASSWORD"
PASSWORD_FILE_VARIABLE = f"{PASSWORD_VARIABLE}_FILE"


def given_password() -> str | None:
    """Return the password that the environment gives, itself or by naming a file, or None.

    Raises
    ------
    StoreError
        Both are given, the file cannot be read, or the password is empty.
    """
    return password_from(PASSWORD_VARIABLE, StoreError)
