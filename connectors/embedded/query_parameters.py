"""Parameters of ``{name:Type}`` placeholders, from the wire to the engine."""

from connectors.embedded.literals import unescape
from connectors.embedded.packets import UNEXPECTED_PACKET, ProtocolError


def decode_parameters(raw: dict[str, tuple[int, str]]) -> dict[str, str]:
    """Return parameters as chdb takes them.

    On the wire a value is a quoted literal around text in ClickHouse's escaped form; chdb wants
    that text, so exactly one layer comes off.

    >>> decode_parameters({"x": (2, "'a\\\\\\\\nb'")})
    {'x': 'a\\\\nb'}
    """
    return {name: _unquote(name, value) for name, (_, value) in raw.items()}


def _unquote(name: str, value: str) -> str:
    if len(value) < 2 or value[0] != "'" or value[-1] != "'":
        raise ProtocolError(UNEXPECTED_PACKET, f"Parameter {name} does not come as a quoted literal")
    return unescape(value[1:-1])
