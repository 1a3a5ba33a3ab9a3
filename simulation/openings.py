"""Openings, closings and hand-overs of cards, as branches and shops report them."""

import numpy as np

from features.events import CARD_ACTIONS
from simulation.areas import CODES
from simulation.clock import DAY_MS, HOUR_MS
from simulation.numbering import BANKS
from simulation.sheet import Sheet, Slot, Template, in_chunks, words

OPEN, CLOSE, TRANSFER = range(len(CARD_ACTIONS))
ROW = np.dtype([("time", "i8"), ("line", "i4"), ("account", "i4"), ("action", "i1"), ("holder", "i8"), ("branch", "i4"),
                ("clerk", "i1"), ("agent", "i4"), ("address", "i8"), ("use", "i1"), ("area", "i2")])
#: Share of cards brought by an agent, and of fields left empty, in 256ths (ours).
AGENT_SHARE = 0.12
_GAPS = {"clerk": 8, "agent": 0, "address": 20, "corporate": 8, "linked_phone": 10, "declared_use": 60, "area": 8}
USES = ("personal", "wages", "savings", "study", "business", "travel", "family")
#: Offices of an area: one branch of each bank, three shops of each operator (ours).
OFFICES, SHOPS_PER_OPERATOR, CLERKS, AGENTS = 32, 3, 5, 9
#: Idle lines closed, and lines given to a relative, per line and day (ours).
CLOSINGS, TRANSFERS = 0.0004, 0.00005
_TEMPLATE = Template(
    Slot("event_id", '{"event_id":"e', 12, '"'), Slot("event_time", ',"event_time":', 13),
    Slot("type", ',"card":"', 8), Slot("card", "", 19, '"'), Slot("action", ',"action":"', 8, '"'),
    Slot("holder", ',"holder":"h', 11, '"'), Slot("branch", ',"branch":"b', 5, '"'),
    Slot("clerk", ',"clerk":"k', 6, '"'),
    Slot("agent", ',"agent":"a', 6, '"'), Slot("address", ',"address":"r', 10, '"'),
    Slot("corporate", ',"corporate":', 5), Slot("linked_phone", ',"linked_phone":"', 11, '"'),
    Slot("declared_use", ',"declared_use":"', 8, '"'), Slot("area", ',"area":"', 6, '"'), Slot("end", "}\n", 0))
_TYPES, _ACTIONS, _FLAGS = words(("phone:", "account:")), words(CARD_ACTIONS), words(("false", "true"))
_USES, _AREAS = words(USES), words(CODES)


class CardRegistry:
    """Card events of the whole window, and the snapshot of those before it.

    `crooked` maps a card to the office that opens for criminals (a branch, its clerk, its agent),
    by ``("line" | "account", index)``: what a trace-back should find.
    """

    def __init__(self, world, crooked: dict):
        rng = world.rng("cards")
        rows = np.concatenate([_openings(world, rng, "line"), _openings(world, rng, "account")])
        for (kind, index), (branch, clerk, agent) in crooked.items():
            at = index if kind == "line" else index + len(world.phones)
            rows["branch"][at], rows["clerk"][at], rows["agent"][at] = branch, clerk, agent
        begin = world.window.begin
        if not world.config.snapshot:
            rows = rows[rows["time"] >= begin]
        rows = np.concatenate([rows, _ends(world, rng)])
        self._rows = rows[np.argsort(rows["time"], kind="stable")]

    def take(self, until_ms: int) -> np.ndarray:
        """Remove and return the events before `until_ms`."""
        cut = int(np.searchsorted(self._rows["time"], until_ms))
        due, self._rows = self._rows[:cut], self._rows[cut:]
        return due


def _openings(world, rng, kind):
    table, people = (world.phones, world.people) if kind == "line" else (world.accounts, world.people)
    count = len(table)
    rows = np.empty(count, ROW)
    holder = table.owner if kind == "line" else table.holder
    area = table.home_area if kind == "line" else table.area
    rows["time"] = table.opened
    shut = (table.opened < world.window.begin)
    midnight = (table.opened[shut] + 8 * HOUR_MS) // DAY_MS * DAY_MS - 8 * HOUR_MS
    rows["time"][shut] = midnight + rng.integers(9 * HOUR_MS, 18 * HOUR_MS, int(shut.sum()))  # when offices are open
    rows["line"] = np.arange(count) if kind == "line" else -1
    rows["account"] = np.arange(count) if kind == "account" else -1
    rows["action"], rows["area"] = OPEN, area
    rows["holder"] = world.holder_code[holder]
    shop = len(BANKS) + np.clip(getattr(table, "operator", 0), 0, 3) * SHOPS_PER_OPERATOR
    office = shop + rng.integers(0, SHOPS_PER_OPERATOR, count) if kind == "line" else table.bank
    rows["branch"] = area.astype(np.int64) * OFFICES + office
    rows["clerk"] = rng.integers(0, CLERKS, count)
    rows["agent"] = np.where(rng.random(count) < AGENT_SHARE, area * 10 + rng.integers(0, AGENTS, count), -1)
    person = np.minimum(holder, len(people) - 1)
    rows["address"] = (people.household[person].astype(np.int64) * 7_919 + 12_345) % 10**10
    rows["use"] = rng.choice(len(USES), count, p=(0.42, 0.16, 0.12, 0.08, 0.07, 0.05, 0.10))
    return rows


def _ends(world, rng):
    """Idle lines are closed, some lines are handed to a relative."""
    phones, window = world.phones, world.window
    idle = np.flatnonzero((phones.rate == 0) & (world.truth.row_of_line < 0) & (phones.opened < window.begin))
    used = np.flatnonzero((phones.rate > 0) & (phones.owner < world.people.residents) & (world.truth.row_of_line < 0))
    closed = idle[rng.random(len(idle)) < CLOSINGS * window.days * len(phones) / max(len(idle), 1)]
    given = used[rng.random(len(used)) < TRANSFERS * window.days]
    line = np.concatenate([closed, given])
    rows = _openings(world, rng, "line")[line]
    rows["action"] = np.repeat([CLOSE, TRANSFER], [len(closed), len(given)])
    relative = world.contacts[phones.owner[line], 0]
    rows["holder"] = np.where(rows["action"] == TRANSFER, world.holder_code[relative], rows["holder"])
    rows["time"] = window.begin + rng.integers(0, window.days, len(line)) * DAY_MS + rng.integers(
        9 * HOUR_MS, 18 * HOUR_MS, len(line))
    return rows


def card_lines(world, rng, rows: np.ndarray, ids: np.ndarray):
    """Yield blocks of lines of card rows."""
    phones, accounts = world.phones, world.accounts
    for part in in_chunks(len(rows)):
        r, sheet = rows[part], Sheet(_TEMPLATE, part.stop - part.start)
        line, account, is_line = np.maximum(r["line"], 0), np.maximum(r["account"], 0), r["line"] >= 0
        gap = {name: rng.integers(0, 256, len(r)) < share for name, share in _GAPS.items()}
        bound = accounts.phone[account]
        gap["linked_phone"] |= is_line | (bound < 0)
        gap["agent"] |= r["agent"] < 0
        sheet.number("event_id", ids[part], strip=False)
        sheet.number("event_time", r["time"])
        sheet.pick("type", _TYPES, (~is_line).astype(int))
        sheet.number("card", np.where(is_line, phones.number[line], accounts.number[account]))
        sheet.pick("action", _ACTIONS, r["action"])
        sheet.number("holder", r["holder"], strip=False)
        sheet.number("branch", r["branch"], strip=False)
        sheet.number("clerk", r["branch"] * 10 + r["clerk"], strip=False)
        sheet.number("agent", np.maximum(r["agent"], 0), strip=False)
        sheet.number("address", r["address"], strip=False)
        sheet.pick("corporate", _FLAGS, (accounts.corporate[account] & ~is_line).astype(int))
        sheet.number("linked_phone", phones.number[np.maximum(bound, 0)])
        sheet.pick("declared_use", _USES, r["use"])
        sheet.pick("area", _AREAS, r["area"])
        for name, where in gap.items():
            sheet.drop(name, where)
        yield sheet.tobytes()
