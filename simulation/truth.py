"""Ground truth: which card played which part, and when its first and last act was seen.

The dates come from events that were really written, not from plans, so a payment declined for want
of money leaves no trace here either.
"""

from pathlib import Path

import numpy as np

from simulation.clock import iso_utc
from simulation.frames import HONEST_PART, NO_PART, TALK_PART
from simulation.roles import HONEST

_NEVER = np.iinfo(np.int64).max
COLUMNS = ("card", "role", "from", "to", "scenario")


class Truth:
    """Roles of cards; a card has one role only."""

    def __init__(self, lines: int, accounts: int):
        self.row_of_line = np.full(lines, -1, np.int64)
        self.row_of_account = np.full(accounts, -1, np.int64)
        self.role, self.scenario, self.line, self.account = [], [], [], []
        self.first = np.empty(0, np.int64)
        self.last = np.empty(0, np.int64)

    def enroll_line(self, line: int, role: str, scenario: str) -> None:
        self.row_of_line[line] = self._enroll(role, scenario, line, -1)

    def enroll_account(self, account: int, role: str, scenario: str) -> None:
        self.row_of_account[account] = self._enroll(role, scenario, -1, account)

    def _enroll(self, role, scenario, line, account):
        self.role.append(role)
        self.scenario.append(scenario)
        self.line.append(int(line))
        self.account.append(int(account))
        return len(self.role) - 1

    def freeze(self, numbers: np.ndarray) -> None:
        """Prepare to observe, once every role is given; `numbers` are those of the lines."""
        self.first = np.full(len(self.role), _NEVER)
        self.last = np.full(len(self.role), -1)
        lines = np.flatnonzero(self.row_of_line >= 0)
        order = np.argsort(numbers[lines])
        self._ring = np.array([s != HONEST for s in self.scenario], bool)
        self._numbers, self._rows = numbers[lines][order], self.row_of_line[lines][order]

    def observe_calls(self, rows: np.ndarray) -> None:
        """Date the parts played in the calls that were written."""
        rows = rows[(rows["act"] != NO_PART) & (rows["caller"] >= 0)]
        self._date(self.row_of_line[rows["caller"]], rows)
        rows = rows[rows["act"] == TALK_PART]
        if len(rows):
            at = np.minimum(np.searchsorted(self._numbers, rows["callee"]), len(self._numbers) - 1)
            known = self._numbers[at] == rows["callee"]
            self._date(self._rows[at[known]], rows[known])

    def observe_pays(self, rows: np.ndarray) -> None:
        """Date the parts played in the payments that were written."""
        rows = rows[rows["act"] != NO_PART]
        for side in ("payer", "payee"):
            self._date(self.row_of_account[rows[side]], rows)

    def _date(self, row, events):
        """Parts of rings date cards of rings and victims, honest parts date honest cards."""
        cast = (row >= 0) & (self._ring[row] == (events["act"] != HONEST_PART))
        np.minimum.at(self.first, row[cast], events["time"][cast])
        np.maximum.at(self.last, row[cast], events["time"][cast])

    @property
    def seen(self) -> np.ndarray:
        """Rows with at least one act in the stream."""
        return np.flatnonzero(self.last >= 0)

    def write(self, path: Path, card_of) -> dict[str, int]:
        """Write ``truth.csv`` and return cards by role; `card_of` names the card of a row."""
        count, lines = {}, [",".join(COLUMNS)]
        for row in self.seen.tolist():
            role = self.role[row]
            count[role] = count.get(role, 0) + 1
            lines.append(",".join((card_of(row), role, iso_utc(int(self.first[row])), iso_utc(int(self.last[row])),
                                   self.scenario[row])))
        lines[1:] = sorted(lines[1:])
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return dict(sorted(count.items()))
