"""Cursors: where a page ended, sealed, so that they give no number away and none can be made up."""

import base64
import binascii
import json
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from console.accounts.user_file import UserFile
from console.api.problems import ApiProblem

_KEY_BYTES = 64


class Cursors:
    """Cursors of one installation; each counts for the question it came from alone."""

    def __init__(self, users: UserFile):
        self._cipher = AESSIV(users.key("cursors", _KEY_BYTES))

    def of(self, question: str, place: list[Any]) -> str:
        sealed = self._cipher.encrypt(json.dumps(place).encode(), [question.encode()])
        return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def place(self, question: str, cursor: str) -> list[Any] | None:
        """Where the page before ended, None for the first page.

        Raises
        ------
        ApiProblem
        """
        if not cursor:
            return None
        try:
            sealed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            return json.loads(self._cipher.decrypt(sealed, [question.encode()]))
        except (ValueError, binascii.Error, InvalidTag):
            raise ApiProblem("cursor", 400) from None
