"""Addresses of Kafka buses: ``kafka://host:9092,host2:9092/PREFIX?security=SASL_SSL&user=NAME``."""

import difflib
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote, urlencode

from connectors.errors import BusUrlError

PASSWORD_VARIABLE = "DUANKA_KAFKA_PASSWORD"
DEFAULT_PORT = 9092
SECURITY = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
MECHANISMS = ("SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN")
_OPTIONS = ("security", "user", "mechanism", "ca", "certificate", "key")
_SHAPE = "give kafka://host:9092,host2:9092/PREFIX?security=SASL_SSL&user=NAME&ca=FILE"
_NO_PASSWORD = (
    "the address of a bus must not hold a password; take it out, change it if it was logged, and give it as "
    f"{PASSWORD_VARIABLE} or in the file that {PASSWORD_VARIABLE}_FILE names"
)
_HOST = re.compile(r"(?P<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>\d{1,5}))?")
#: Kafka's own: letters, digits and ``._-``, at most 249 with the name of the topic.
_PREFIX = re.compile(r"[A-Za-z0-9._-]{0,200}")


@dataclass(frozen=True)
class KafkaBus:
    """Where a bus is and how to get in; there is no secret in it.

    Attributes
    ----------
    bootstrap : str
        ``host:port,host:port``, as librdkafka takes it.
    prefix : str
        Put before the name of each topic, such as ``duanka.``; empty for none.
    security : {"PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"}
    user : str
        SASL user; empty without SASL.
    mechanism : {"", "SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"}
    ca, certificate, key : str
        PEM files: who signed the brokers' certificates (empty: whom the system trusts), and the
        client's own certificate and key where the brokers ask for one.
    """

    bootstrap: str
    prefix: str = ""
    security: str = "PLAINTEXT"
    user: str = ""
    mechanism: str = ""
    ca: str = ""
    certificate: str = ""
    key: str = ""

    @property
    def sasl(self) -> bool:
        return self.security.startswith("SASL")

    @property
    def tls(self) -> bool:
        return self.security.endswith("SSL")

    def topic(self, name: str) -> str:
        """The Kafka topic that carries the topic `name` of events.

        >>> parse_bus_url("kafka://broker/duanka.").topic("cdr")
        'duanka.cdr'
        """
        return self.prefix + name

    def __str__(self) -> str:
        """The address, fit for a log line and for `parse_bus_url`: it never had a password."""
        options = {name: getattr(self, name) for name in _OPTIONS if getattr(self, name)}
        if self.security == "PLAINTEXT":
            del options["security"]
        query = f"?{urlencode(options, safe='/:')}" if options else ""
        return f"kafka://{self.bootstrap}{'/' * bool(self.prefix)}{quote(self.prefix)}{query}"


def parse_bus_url(text: str) -> KafkaBus:
    """Return the bus that `text` names.

    >>> str(parse_bus_url("kafka://a,b:9093?security=ssl"))
    'kafka://a:9092,b:9093?security=SSL'

    Raises
    ------
    BusUrlError
        What is wrong with it. A password in it is refused, since addresses end up in process
        lists and logs, and is not repeated in the message.
    """
    scheme, separator, rest = text.partition("://")
    if scheme != "kafka" or not separator:
        raise BusUrlError(f"the address of a Kafka bus begins with kafka://, got {scheme[:20]!r}; {_SHAPE}")
    rest, _, query = rest.partition("?")
    hosts, _, path = rest.partition("/")
    if "@" in hosts:
        if ":" in hosts.rpartition("@")[0]:
            raise BusUrlError(_NO_PASSWORD)
        raise BusUrlError(f"the user of a bus is an option, ?user=NAME, and does not stand before @; {_SHAPE}")
    prefix = unquote(path)
    if not _PREFIX.fullmatch(prefix):
        raise BusUrlError(
            f"the prefix of topics is up to 200 letters, digits, '.', '_' and '-', got {prefix!r}; "
            f"with the prefix 'duanka.' the topic of calls is duanka.cdr"
        )
    options = _parse_options(query)
    bus = KafkaBus(_parse_hosts(hosts), prefix, **options)
    _check(bus)
    if bus.sasl and not bus.mechanism:
        return KafkaBus(bus.bootstrap, bus.prefix, **(options | {"mechanism": MECHANISMS[0]}))
    return bus


def _parse_hosts(hosts: str) -> str:
    found = []
    for text in hosts.split(","):
        match = _HOST.fullmatch(text)
        port = int(match["port"] or DEFAULT_PORT) if match else 0
        if not 1 <= port <= 65535:
            got = repr(text) if text else "none"
            raise BusUrlError(f"a broker is host or host:port with a port from 1 to 65535, got {got}; {_SHAPE}")
        found.append(f"{match['host']}:{port}")
    return ",".join(found)


def _parse_options(query: str) -> dict[str, str]:
    options: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if "password" in name.lower() or name.lower() in ("secret", "pass"):
            raise BusUrlError(_NO_PASSWORD)
        if name not in _OPTIONS:
            near = difflib.get_close_matches(name, _OPTIONS, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"valid: {', '.join(_OPTIONS)}"
            raise BusUrlError(f"the address of a bus has no option {name!r}; {hint}")
        if name in options:
            raise BusUrlError(f"the option {name} is given twice in the address of the bus; give it once")
        if not value:
            raise BusUrlError(f"the option {name} in the address of the bus is empty; give a value or leave it out")
        options[name] = value
    for name, valid in (("security", SECURITY), ("mechanism", MECHANISMS)):
        if name in options:
            options[name] = options[name].upper()
            if options[name] not in valid:
                raise BusUrlError(f"{name} of a bus is one of {', '.join(valid)}, got {options[name]!r}")
    return options


def _check(bus: KafkaBus) -> None:
    """Refuse options that contradict each other, before a connection fails for a reason hard to see."""
    if bus.sasl and not bus.user:
        raise BusUrlError(f"security={bus.security} needs a user, got none; add user=NAME, and give the password as "
                          f"{PASSWORD_VARIABLE}")
    for name in ("user", "mechanism"):
        if getattr(bus, name) and not bus.sasl:
            raise BusUrlError(f"{name} is for SASL, but security is {bus.security}; give security=SASL_SSL")
    for name in ("ca", "certificate", "key"):
        if getattr(bus, name) and not bus.tls:
            raise BusUrlError(f"{name} is for TLS, but security is {bus.security}; give security=SSL or SASL_SSL")
    if bool(bus.certificate) != bool(bus.key):
        raise BusUrlError("a client's certificate needs its key and the other way round; give certificate and key")
    if bus.mechanism == "PLAIN" and not bus.tls:
        raise BusUrlError("mechanism=PLAIN would send the password readable over SASL_PLAINTEXT; give "
                          "security=SASL_SSL, or mechanism=SCRAM-SHA-512")
