"""Officers, a clock and a small desk in memory for the tests of case work."""

from collections import defaultdict
from dataclasses import replace

from casework.chain import chained
from casework.event import Act
from casework.officers import Officer, Role
from casework.policy import Policy

#: Monday 2026-03-02, ten o'clock in China.
MONDAY_MS = 1_772_416_800_000
HOUR_MS = 3_600_000

LI = Officer("li-wei", Role.HANDLER, ("5101",))
ZHAO = Officer("zhao-min", Role.HANDLER, ("5107",))
WANG = Officer("wang-fang", Role.SUPERVISOR, ("51",))
CHEN = Officer("chen-jie", Role.SUPERVISOR, ("*",))
GONE = Officer("sun-li", Role.SUPERVISOR, ("*",), active=False)
PEOPLE = {o.name: o for o in (LI, ZHAO, WANG, CHEN, GONE)}
POLICY = Policy()


class Memory:
    """Subjects and their events; `do` decides and adds as the real desk does."""

    def __init__(self):
        self.events = defaultdict(list)
        self.now_ms = MONDAY_MS
        self.count = 0

    def do(self, subject, fold, decide, officer, reason="", command_id=""):
        """Carry out one command and return the new events."""
        self.count += 1
        act = Act("", officer, self.now_ms, reason, {}, command_id or f"c{self.count}")
        before = self.events[subject]
        if any(event.act.command_id == act.command_id for event in before):
            return []
        made = chained(subject, before, decide(fold(before), PEOPLE.get(officer), replace(act)))
        self.events[subject] += made
        return made
