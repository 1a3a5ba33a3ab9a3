"""What the store knows when somebody asks whether a card may be opened: two short reads of one table."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from connectors.clickhouse import Store

#: Rows that one read gives at most (ours): a person has a handful, a busy agent a few thousand in a month.
ROWS = 200_000
#: Cards of a holder that are looked at, the latest (ours); a company may have thousands.
CARDS = 500

# Not AS kind: the name would stand for the text in WHERE as well, and the whole table be read.
_COLUMNS = """
    toString(kind) AS found_by, toUnixTimestamp64Milli(event_time) AS time_ms, uid, toString(topic) AS topic, word,
    card, holder, corporate, area, expires_ms
"""
# Neither FINAL nor an order, and times are compared here but for agents, who have many rows: it costs a third less.
# What comes twice is equal and is taken once. One thread: starting others takes longer than reading.
_SETTINGS = "LIMIT {rows:UInt32} SETTINGS max_threads = 1, optimize_read_in_order = 0"
_ASKED = f"""
SELECT {_COLUMNS} FROM opening_index
WHERE (kind, value) IN (('holder', {{holder:String}}), ('card', {{phone:String}}), ('address', {{address:String}}),
    ('linked_phone', {{linked_phone:String}})){{agent}}
{_SETTINGS}
"""
_AGENT = """
    OR (kind = 'agent' AND value = {agent:String}
        AND event_time > fromUnixTimestamp64Milli({agent_since_ms:Int64}, 'UTC'))"""
_OF_CARDS = f"""
SELECT {_COLUMNS} FROM opening_index
WHERE kind = 'card' AND value IN {{cards:Array(String)}}
{_SETTINGS}
"""
_OF_BRANCH = """
SELECT card FROM opening_index
WHERE kind = 'branch' AND value = {branch:String} AND startsWith(card, {prefix:String})
    AND event_time <= fromUnixTimestamp64Milli({at_ms:Int64}, 'UTC')
ORDER BY kind DESC, value DESC, event_time DESC, uid DESC LIMIT 1 SETTINGS max_threads = 1
"""
_LEVELS = ("", "blue", "yellow", "orange", "red")


@dataclass(frozen=True)
class OpeningState:
    """What was read; times in UTC ms, nothing later than the moment asked for.

    Attributes
    ----------
    events : list of dict
        Of all cards that the holder ever obtained, in order: card, time_ms, word (the action), holder, corporate, area.
    verdicts : dict of str to str
        The latest one of each card.
    blocked : frozenset of str
        Cards on a block list.
    hit : frozenset of str
        Cards with a hit of the level, or above, alive since.
    phone_holder : str
        Who holds the contact phone, empty if nobody is known to.
    identities : dict of str to int
        Other persons behind address, agent and linked_phone.
    """

    events: list[dict]
    verdicts: dict[str, str]
    blocked: frozenset[str]
    hit: frozenset[str]
    phone_holder: str
    identities: dict[str, int]


def opening_state(store: Store, holder: str, at_ms: int, shared: Mapping[str, str], since_ms: Mapping[str, int],
                  level: int = 3, hit_since_ms: int = 0) -> OpeningState:
    """Read what an answer is made of.

    Parameters
    ----------
    at_ms : int
        Only what had happened by then.
    shared : mapping of str to str
        The address, agent and linked_phone given; empty ones are not looked up.
    since_ms : mapping of str to int
        For each of them: after which time it counts.
    level, hit_since_ms : int
        Hits of at least this level (1 to 4) that were alive since.
    """
    asked = [name for name, value in shared.items() if value]
    params = {"holder": holder, "phone": f"phone:{shared['linked_phone']}", "rows": ROWS, **shared}
    if shared["agent"]:
        params["agent_since_ms"] = since_ms["agent"]
    rows = _in_order(store.query(_ASKED.replace("{agent}", _AGENT if shared["agent"] else ""), params), at_ms)
    others = {name: {row["holder"] for row in rows if row["found_by"] == name and row["time_ms"] > since_ms[name]}
              for name in asked}
    of_phone = [row for row in rows if row["found_by"] == "card" and row["topic"] == "card"]
    phone_holder = of_phone[-1]["holder"] if of_phone and of_phone[-1]["word"] != "close" else ""
    cards = list(dict.fromkeys(row["card"] for row in reversed(rows) if row["found_by"] == "holder"))[:CARDS]
    known = store.query(_OF_CARDS, {"cards": cards, "rows": ROWS}) if cards else []
    events, verdicts, lists, hit = [], {}, {}, set()
    for row in _in_order(known, at_ms):
        if row["topic"] == "card":
            events.append(row)
        elif row["topic"] == "verdict":
            verdicts[row["card"]] = row["word"]
        elif row["topic"] == "watchlist":
            lists[row["card"], row["holder"]] = row["word"] == "block" and not 0 < row["expires_ms"] <= at_ms
        elif _LEVELS.index(row["word"]) >= level and row["time_ms"] >= hit_since_ms:
            hit.add(row["card"])
    blocked = frozenset(card for (card, _), is_on in lists.items() if is_on)
    return OpeningState(events, verdicts, blocked, frozenset(hit), phone_holder,
                        {name: len(found - {holder}) for name, found in others.items()})


def last_card_of_branch(store: Store, branch: str, kind: str, at_ms: int) -> str:
    """Return the card of a kind (phone, account) that a branch opened last by then; empty if none."""
    found = store.query(_OF_BRANCH, {"branch": branch, "prefix": f"{kind}:", "at_ms": at_ms})
    return found[0]["card"] if found else ""


def _in_order(rows: Iterable[dict], at_ms: int) -> list[dict]:
    """Each event once, in order of time, up to a moment."""
    once = {(row["found_by"], row["card"], row["uid"], row["time_ms"], row["word"]): row
            for row in rows if row["time_ms"] <= at_ms}
    return sorted(once.values(), key=lambda row: (row["time_ms"], row["uid"]))
