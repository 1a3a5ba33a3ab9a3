"""A police station with a console: an embedded store with cards, hits and a warning, officers, and users."""

import itertools
import re
import time
from dataclasses import dataclass, field
from typing import Any

import pyotp
from fastapi.testclient import TestClient

from casework.event import Act
from casework.officers import Role, add_officer
from casework.policy import Policy
from connectors.clickhouse import Store
from console.accounts.duties import Duty
from console.accounts.user_file import UserFile
from jobs.casework.desk import Desk

#: In Chengdu, in Mianyang, a victim, one that only ever called.
CHENGDU, MIANYANG, VICTIM, CALLER = ("phone:13800000001", "account:6222000000000002", "phone:13900000003",
                                     "phone:13700000004")
EVIL = "<script>alert(1)</script>'\"{{7*7}}"
PASSWORD = "correct horse battery"
OFFICERS = {"wang-fang": (Role.SUPERVISOR, "51"), "li-wei": (Role.HANDLER, "5101"), "zhao-min": (Role.HANDLER, "5107"),
            "zhou-yi": (Role.HANDLER, "*")}
USERS = {"wang-fang": Duty.SUPERVISOR, "li-wei": Duty.OFFICER, "zhao-min": Duty.OFFICER, "zhou-yi": Duty.AUDITOR,
         "analyst": Duty.ANALYST, "operator": Duty.OPERATOR, "admin": Duty.ADMINISTRATOR}
DAY_MS, MINUTE_MS = 86_400_000, 60_000
_hits = itertools.count()


@dataclass
class Clock:
    """A clock that a test may move on, UTC milliseconds; and what people hold in their hands, by name."""

    ahead_ms: int = 0
    secrets: dict[str, str] = field(default_factory=dict)

    def __call__(self) -> int:
        return time.time_ns() // 1_000_000 + self.ahead_ms


def insert_hit(store: Store, card: str, at_ms: int, level: str = "red", risk: int = 930, reason: str = "群呼") -> str:
    hit_id = f"h{next(_hits)}"
    store.insert("hits", {"hit_id": [hit_id], "card": [card], "first_seen": [at_ms - 3_600_000], "last_seen": [at_ms],
                          "peak_time": [at_ms], "alerts": [3], "risk": [risk], "level": [level],
                          "typologies": [["D201"]], "reasons_zh": [[reason]], "reasons_en": [["mass calling"]],
                          "reason_points": [[500.0]], "reason_codes": [["D201"]], "model_version": ["m1"],
                          "typology_version": ["t1"], "version": [1]})
    return hit_id


def fill(store: Store, now_ms: int) -> None:
    """What a job leaves: openings, calls, payments, a lead, hits, a warning whose countdown runs."""
    cards = [CHENGDU, MIANYANG, VICTIM, *(f"phone:138000001{n:02}" for n in range(30))]
    store.insert("card", {
        "uid": list(range(1, len(cards) + 1)), "event_id": [f"o{n}" for n in range(len(cards))],
        "event_time": [now_ms - 300 * DAY_MS] * len(cards), "card": cards, "action": ["open"] * len(cards),
        "area": ["510104", "510704", "510104"] + ["510105"] * 30, "branch": ["branch-7"] * len(cards),
        "holder": ["holder-1", "holder-2", "holder-3"] + [f"peer-{n}" for n in range(30)],
        "clerk": ["clerk-1", EVIL] + ["clerk-1"] * (len(cards) - 2)})
    calls = [(CHENGDU, f"phone:1360000{n:04}") for n in range(60)]
    calls += [(f"phone:138000001{n:02}", f"phone:1350000{n:04}") for n in range(30)] + [(CALLER, VICTIM)]
    store.insert("cdr", {
        "uid": list(range(1000, 1000 + len(calls))), "event_id": [f"c{n}" for n in range(len(calls))],
        "event_time": [now_ms - n * 20 * MINUTE_MS for n in range(len(calls))], "kind": ["voice"] * len(calls),
        "caller": [a.partition(":")[2] for a, _ in calls], "callee": [b.partition(":")[2] for _, b in calls],
        "duration_s": [30 + n % 90 for n in range(len(calls))], "answered": [n % 2 for n in range(len(calls))],
        "imei": ["860000000000001"] * len(calls), "area": ["510104"] * len(calls)})
    store.insert("txn", {
        "uid": list(range(5000, 5020)), "event_id": [f"t{n}" for n in range(20)],
        "event_time": [now_ms - n * 30 * MINUTE_MS for n in range(20)],
        "payer": ["6222000000000002", "6222000000000099"] * 10, "payee": ["6222000000000088", "6222000000000002"] * 10,
        "amount_fen": [10_000 * (n + 1) for n in range(20)], "channel": ["mobile"] * 20})
    store.insert("lead", {"uid": [11], "lead_id": ["L-2026-1"], "pushed_at": [now_ms - DAY_MS],
                          "source": ["provincial-center"], "card": [CHENGDU], "due_at": [now_ms + 30 * DAY_MS]})
    insert_hit(store, CHENGDU, now_ms)
    insert_hit(store, MIANYANG, now_ms - DAY_MS, "orange", 700, f"群呼 {EVIL}")
    store.insert("warnings", {
        "warning_id": ["w1"], "person": [VICTIM.partition(":")[2]], "account": ["6222000000000077"], "level": ["red"],
        "risk": [910], "event_time": [now_ms - 5 * MINUTE_MS], "payee": ["6222000000000066"], "amount_fen": [5_000_000],
        "balance_after_fen": [1_200_000], "caller": ["13700000004"], "talk_s": [1500], "typologies": [["D301"]],
        "reasons_zh": [["与陌生号码长谈后向新账户转账"]], "reasons_en": [["paid a new payee after a long talk"]],
        "reason_codes": [["D301"]], "reason_points": [[2.0]], "version": [1], "warned_at": [now_ms]})


def register(store: Store, users: UserFile) -> None:
    desk = Desk(store, Policy())
    for name, (role, territory) in OFFICERS.items():
        if desk.officer(name) is None:
            desk.on_officer(name, Act("", "wang-fang", 0), add_officer, role=role, territories=(territory,))
    for name, duty in USERS.items():
        users.add(name, duty, name if name in OFFICERS else "")
        users.set_password(name, PASSWORD)


def token_of(html: str) -> str:
    return re.search(r'name="form_token" value="([^"]+)"', html)[1]


@dataclass
class Browser:
    """A person at a browser without JavaScript."""

    client: TestClient
    clock: Clock

    def get(self, path: str, **given: Any):
        return self.client.get(path, **given)

    def post(self, page: str, fields: dict[str, str], to: str = "", **given: Any):
        """Open a page, fill in its form, and send it."""
        token = token_of(self.client.get(page).text)
        return self.client.post(to or page, data=fields | {"form_token": token}, **given)

    def code(self, name: str) -> str:
        """A code that was not used before."""
        self.clock.ahead_ms += 30_000
        return pyotp.TOTP(self.clock.secrets[name]).at(self.clock() // 1000)

    def sign_in(self, name: str, password: str = PASSWORD) -> "Browser":
        answer = self.post("/sign-in", {"user": name, "password": password})
        if answer.url.path == "/sign-in/enrol":
            self.clock.secrets[name] = re.search(r'class="key">([A-Z2-7]+)<', answer.text)[1]
        if answer.url.path in ("/sign-in/enrol", "/sign-in/code"):
            answer = self.client.post(answer.url.path, data={"code": self.code(name),
                                                             "form_token": token_of(answer.text)})
        assert answer.status_code == 200 and not answer.url.path.startswith("/sign-in"), answer.text
        return self

    def open_card(self, reference: str, purpose: str = "case 2026-17"):
        return self.post(f"/card/{reference}", {"purpose": purpose})
