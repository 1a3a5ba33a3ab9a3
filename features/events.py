"""The one definition of the events that enter Duanka.

Decoding, validation, the simulator, the store's tables and ``docs/events.md`` all follow from
:data:`TOPICS`; nothing else in the repository spells out an event's fields.
"""

from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType


class FieldType(Enum):
    """How a JSON value is read, and what it becomes in a column."""

    TEXT = "text"  # string, 1..max_length printable characters -> utf-8
    PARTY = "party"  # phone or account number: 1..40 visible ASCII characters -> utf-8
    CARD = "card"  # "phone:<party>" or "account:<party>" -> utf-8
    TIME = "time"  # ISO-8601 with offset, or epoch milliseconds -> int64 UTC ms
    MONEY = "money"  # decimal string or number of yuan, at most two decimals -> int64 fen
    SECONDS = "seconds"  # number of seconds -> int64, rounded down
    FLAG = "flag"  # true / false -> int8, -1 when absent
    CHOICE = "choice"  # one of `choices` -> int8 index, -1 when absent


@dataclass(frozen=True)
class Field:
    """One field of an event; `low` and `high` are inclusive and in the column's own unit."""

    name: str
    type: FieldType
    doc: str
    required: bool = False
    choices: tuple[str, ...] = ()
    max_length: int = 64
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True)
class Topic:
    """A stream of events of one shape.

    Attributes
    ----------
    name : str
        Folder name or Kafka topic name.
    fields : tuple of Field
        Required ones first.
    time_field, id_field : str
        `id_field` is empty where the source has no identifier of its own; the event is then
        identified by its content.
    retention : {"call", "fund", "case"}
        The class of its retention period (see ``docs/events.md``).
    """

    name: str
    doc: str
    fields: tuple[Field, ...]
    time_field: str = "event_time"
    id_field: str = "event_id"
    retention: str = "case"

    def field(self, name: str) -> Field:
        return next(f for f in self.fields if f.name == name)


_T = FieldType
_ID = Field("event_id", _T.TEXT, "unique identifier given by the source", required=True)
_TIME = Field("event_time", _T.TIME, "when it happened", required=True)
_CARD = Field("card", _T.CARD, "the card concerned", required=True, max_length=48)
_AREA = Field("area", _T.TEXT, "six-digit GB/T 2260 area where it happened", max_length=12)

#: Longest call taken for real, seconds (ours: seven days).
MAX_DURATION_S = 7 * 86_400
#: Largest amount taken for real, fen (ours: 100 billion yuan).
MAX_AMOUNT_FEN = 10**13

KINDS = ("voice", "sms")
CHANNELS = ("counter", "atm", "pos", "online", "mobile", "third_party")
CARD_ACTIONS = ("open", "close", "transfer")
VERDICTS = ("confirmed", "cleared")
WATCHLIST_ACTIONS = ("add", "remove")
WATCHLIST_KINDS = ("block", "allow")

CDR = Topic(
    "cdr",
    "A call or a text message, as the operator's network recorded it.",
    (
        _ID,
        _TIME,
        Field("kind", _T.CHOICE, "voice call or text message", required=True, choices=KINDS),
        Field("caller", _T.PARTY, "number that called or sent", required=True, max_length=40),
        Field("callee", _T.PARTY, "number that was called or received", required=True, max_length=40),
        Field("duration_s", _T.SECONDS, "talk time, seconds", low=0, high=MAX_DURATION_S),
        Field("answered", _T.FLAG, "whether the call was answered"),
        Field("imei", _T.TEXT, "handset of the caller", max_length=20),
        Field("imsi", _T.TEXT, "SIM of the caller", max_length=20),
        Field("cell", _T.TEXT, "cell the caller used", max_length=32),
        _AREA,
        Field("home_area", _T.TEXT, "area where the caller's number was opened", max_length=12),
        Field("operator", _T.TEXT, "operator of the caller", max_length=32),
    ),
    retention="call",
)

TXN = Topic(
    "txn",
    "A movement of money from one account to another.",
    (
        _ID,
        _TIME,
        Field("payer", _T.PARTY, "account that paid", required=True, max_length=40),
        Field("payee", _T.PARTY, "account that received", required=True, max_length=40),
        Field("amount", _T.MONEY, "yuan; stored as integer fen", required=True, low=1, high=MAX_AMOUNT_FEN),
        Field("currency", _T.TEXT, "ISO 4217, CNY when absent", max_length=3),
        Field("channel", _T.CHOICE, "how it was ordered", choices=CHANNELS),
        Field("payer_bank", _T.TEXT, "bank of the payer", max_length=32),
        Field("payee_bank", _T.TEXT, "bank of the payee", max_length=32),
        Field("payer_phone", _T.PARTY, "phone bound to the payer's account", max_length=40),
        Field("payee_phone", _T.PARTY, "phone bound to the payee's account", max_length=40),
        Field("balance_after", _T.MONEY, "payer's balance afterwards, yuan",
              low=-MAX_AMOUNT_FEN, high=MAX_AMOUNT_FEN),
        Field("device", _T.TEXT, "device that ordered it"),
        Field("ip", _T.TEXT, "address that ordered it", max_length=45),
        _AREA,
        Field("memo", _T.TEXT, "text given with it", max_length=256),
    ),
    retention="fund",
)

CARD = Topic(
    "card",
    "A phone card or bank account opened, closed or handed to another holder.",
    (
        _ID,
        _TIME,
        _CARD,
        Field("action", _T.CHOICE, "what was done", required=True, choices=CARD_ACTIONS),
        Field("holder", _T.TEXT, "pseudonymous identifier of the holder", required=True),
        Field("branch", _T.TEXT, "branch or shop that did it", required=True),
        Field("clerk", _T.TEXT, "clerk who did it"),
        Field("agent", _T.TEXT, "agent who brought the customer"),
        Field("address", _T.TEXT, "address given, pseudonymous", max_length=128),
        Field("corporate", _T.FLAG, "whether the holder is a company"),
        Field("linked_phone", _T.PARTY, "phone bound to the account", max_length=40),
        Field("declared_use", _T.TEXT, "use declared at opening"),
        _AREA,
    ),
)

LEAD = Topic(
    "lead",
    "A suspicion pushed from above, with a clock.",
    (
        Field("lead_id", _T.TEXT, "unique identifier given by the sender", required=True),
        Field("pushed_at", _T.TIME, "when it was pushed", required=True),
        Field("source", _T.TEXT, "who pushed it", required=True),
        _CARD,
        Field("kind", _T.TEXT, "kind of lead"),
        Field("due_at", _T.TIME, "when an outcome is due"),
        Field("note", _T.TEXT, "note of the sender", max_length=1024),
    ),
    time_field="pushed_at",
    id_field="lead_id",
)

VERDICT = Topic(
    "verdict",
    "What a named officer found a card to be.",
    (
        _TIME,
        _CARD,
        Field("verdict", _T.CHOICE, "what was found", required=True, choices=VERDICTS),
        Field("officer", _T.TEXT, "who found it", required=True),
        Field("lead_id", _T.TEXT, "lead it answers"),
        Field("hit_id", _T.TEXT, "hit it answers"),
        Field("note", _T.TEXT, "note of the officer", max_length=1024),
    ),
    id_field="",
)

WATCHLIST = Topic(
    "watchlist",
    "A card put on a shared list or taken off it.",
    (
        _TIME,
        Field("list", _T.TEXT, "name of the list", required=True),
        _CARD,
        Field("action", _T.CHOICE, "put on or taken off", required=True, choices=WATCHLIST_ACTIONS),
        Field("reason", _T.TEXT, "why", max_length=256),
        Field("expires_at", _T.TIME, "when the entry ends by itself"),
        Field("kind", _T.CHOICE, "block when absent", choices=WATCHLIST_KINDS),
    ),
    id_field="",
)

#: Every topic by name, in the order in which ties of time are broken.
TOPICS = MappingProxyType({t.name: t for t in (CARD, CDR, TXN, LEAD, VERDICT, WATCHLIST)})
