"""Names of cards in addresses of pages, which give no number away.

A number in an address would stay in the browser's history and in the logs of whatever stands in
between. The reference is the card encrypted (AES-SIV, RFC 5297): the same card has the same
reference for the life of the installation, and nobody can make one up.
"""

import base64
import binascii

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

KEY_BYTES = 64
_PURPOSE = [b"duanka console card"]


class References:
    """References of one installation, from its key of `KEY_BYTES`."""

    def __init__(self, key: bytes):
        self._cipher = AESSIV(key)

    def of(self, card: str) -> str:
        """The reference of a card, letters, digits, ``-`` and ``_``."""
        return base64.urlsafe_b64encode(self._cipher.encrypt(card.encode(), _PURPOSE)).rstrip(b"=").decode()

    def card(self, reference: str) -> str | None:
        """The card of a reference, None if we never made it."""
        try:
            sealed = base64.urlsafe_b64decode(reference + "=" * (-len(reference) % 4))
            return self._cipher.decrypt(sealed, _PURPOSE).decode()
        except (ValueError, binascii.Error, InvalidTag):
            return None
