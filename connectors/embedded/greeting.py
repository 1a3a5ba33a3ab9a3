"""The first exchange with a client: who it is, and whether it may come in."""

import hmac
from dataclasses import dataclass, field

from connectors.embedded import packets
from connectors.embedded.byte_cursor import ByteCursor
from connectors.embedded.packets import ProtocolError


@dataclass(frozen=True)
class Account:
    """The only user of an embedded store."""

    user: str
    password: str = field(repr=False)


def read_greeting(cursor: ByteCursor, account: Account) -> str:
    """Read a client's hello; return the database it wants, empty for the default one.

    Raises
    ------
    ProtocolError
        User or password is wrong, or the client is too old. The message does not say which of
        user and password it was.
    """
    if cursor.read_varint() != packets.CLIENT_HELLO:
        raise ProtocolError(packets.UNEXPECTED_PACKET, "the first packet was not a hello")
    revision, database, user, password = packets.read_hello(cursor)
    right = hmac.compare_digest(password.encode("utf-8", "surrogateescape"), account.password.encode())
    if not right or user != account.user:
        raise ProtocolError(
            packets.AUTHENTICATION_FAILED,
            f"{user[:64]}: Authentication failed: password is incorrect, or there is no user with such name. "
            "The embedded store keeps its password in the file 'password' of its folder")
    if revision < packets.REVISION:
        raise ProtocolError(packets.NOT_IMPLEMENTED,
                            f"the client speaks revision {revision}, at least {packets.REVISION} is needed")
    return database
