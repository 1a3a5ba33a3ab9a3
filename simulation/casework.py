"""Leads pushed from above and verdicts of officers: some right, some on honest people, never complete."""

import numpy as np
import orjson

from simulation.clock import DAY_MS, HOUR_MS, MINUTE_MS, local_hour
from simulation.roles import FRAUD_ROLES, VICTIM

SOURCES = ("provincial-center", "ministry-center", "neighbour-city", "bank-report", "operator-report")
KINDS = ("suspicious-line", "suspicious-account", "case-related", "model-hit")
NOTES = ("", "", "请核实", "疑似涉案", "同案线索", "请尽快反馈")
OFFICERS = tuple(f"officer-{n:02d}" for n in range(1, 13))
#: Leads on honest cards per lead on a fraud card (ours), and how soon an outcome is due.
FALSE_LEADS, DUE_MS = 0.6, 5 * DAY_MS
#: Share of false leads that are cleared, and of look-alikes looked at without a lead (ours).
CLEARED_SHARE, LOOKED_AT = 0.5, 0.012


class Casework:
    """Plans leads and verdicts once a card's first act was written, and hands them out in time.

    A fraud card's lead comes 2 hours to 2 days after its first act, its verdict 1 to 3 days after.
    """

    def __init__(self, world, card_of):
        self._world, self._card_of = world, card_of
        self._rng = world.rng("casework")
        self._known = np.zeros(len(world.truth.role), bool)
        self._honest = np.array([role not in (*FRAUD_ROLES, VICTIM) for role in world.truth.role], bool)
        self._leads, self._verdicts, self._pushed = [], [], 0

    def look(self) -> None:
        """Plan for cards seen for the first time."""
        truth, rng, config = self._world.truth, self._rng, self._world.config
        for row in np.flatnonzero((truth.last >= 0) & ~self._known).tolist():
            self._known[row] = True
            first, card = int(truth.first[row]), self._card_of(row)
            told, judged, false = rng.random(3)
            if truth.role[row] in FRAUD_ROLES:
                lead = self._lead(first, card) if told < config.lead_share else None
                if judged < config.verdict_share:
                    self._verdict(first + DAY_MS, first + 3 * DAY_MS, card, "confirmed", lead)
                if false < config.lead_share * FALSE_LEADS:
                    self._false_lead(first)
            elif truth.role[row] != VICTIM and told < LOOKED_AT:
                self._verdict(first + DAY_MS // 2, first + 3 * DAY_MS, card, "cleared", None)

    def _false_lead(self, near_ms):
        """A lead on a card that is no fraud card: a look-alike one time in two."""
        world, rng = self._world, self._rng
        truth = world.truth
        honest = np.flatnonzero((truth.last >= 0) & self._honest)
        if len(honest) and rng.random() < 0.5:
            card = self._card_of(int(rng.choice(honest)))
        elif rng.random() < 0.5:
            free = np.flatnonzero(truth.row_of_line < 0)
            card = f"phone:{world.phones.number[rng.choice(free)]}"
        else:
            free = np.flatnonzero(truth.row_of_account[: world.people.residents] < 0)
            card = f"account:{world.accounts.number[rng.choice(free)]}"
        lead = self._lead(near_ms, card)
        if rng.random() < CLEARED_SHARE:
            self._verdict(near_ms + DAY_MS, near_ms + 3 * DAY_MS, card, "cleared", lead)

    def _lead(self, first, card):
        rng = self._rng
        time = self._office(first + 2 * HOUR_MS, first + 2 * DAY_MS)
        self._pushed += 1
        lead = {"lead_id": f"L{rng.integers(10**9, 10**10)}{self._pushed:05d}", "pushed_at": time,
                "source": str(rng.choice(SOURCES)), "card": card}
        if rng.random() < 0.8:
            lead["kind"] = str(rng.choice(KINDS))
        if rng.random() < 0.9:
            lead["due_at"] = time + DUE_MS
        note = str(rng.choice(NOTES))
        if note:
            lead["note"] = note
        self._leads.append((time, lead))
        return time, lead["lead_id"]

    def _verdict(self, low, high, card, verdict, lead):
        rng = self._rng
        if lead:
            low = max(low, lead[0] + HOUR_MS)
        time = self._office(low, max(high, low + DAY_MS))
        row = {"event_time": time, "card": card, "verdict": verdict, "officer": str(rng.choice(OFFICERS))}
        if lead:
            row["lead_id"] = lead[1]
        self._verdicts.append((time, row))

    def _office(self, low, high):
        """A moment in [low, high), between 8 and 20 o'clock where one is found quickly."""
        for _ in range(20):
            time = int(self._rng.integers(low, high))
            if 8 <= local_hour(time) < 20:
                return time
        return time + MINUTE_MS

    def take(self, until_ms: int) -> tuple[bytes, int, bytes, int]:
        """Lines of leads and verdicts before `until_ms`, and how many."""
        leads, self._leads = _due(self._leads, until_ms)
        verdicts, self._verdicts = _due(self._verdicts, until_ms)
        return _lines(leads), len(leads), _lines(verdicts), len(verdicts)


def _due(planned, until_ms):
    planned.sort(key=lambda item: item[0])
    due = [row for time, row in planned if time < until_ms]
    return due, planned[len(due):]


def _lines(rows):
    return b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows)
