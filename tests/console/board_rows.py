"""What the boards show: leads at every stage of their clocks, lists, and openings with what became of them."""

from zlib import crc32

from casework.event import Act
from casework.lead_case import Outcome, assign_lead, close_lead, receipt_lead, take_lead
from casework.measures import give_verdict
from casework.policy import Policy
from connectors.clickhouse import Store
from jobs.casework.desk import Desk
from tests.console.station import CHENGDU, MIANYANG, insert_hit

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
#: Overdue the longest, overdue in the other city, overdue since hours, pressing, the supervisor's own, nobody's.
LATE, LATE_AWAY, LATE_NEW, SOON, BOSS_S, NOBODY_S = (f"L-2026-{n}" for n in range(101, 107))
CENTER, BANKS = "省反诈中心", "银行联防"
ELSEWHERE = "account:6222000000000107"


def push(store: Store, lead_id: str, card: str, pushed_ms: int, due_ms: int | None, source: str = CENTER,
         note: str = "") -> None:
    store.insert("lead", {"uid": [crc32(lead_id.encode())], "lead_id": [lead_id], "pushed_at": [pushed_ms],
                          "source": [source], "card": [card], "due_at": [due_ms], "note": [note],
                          "ingested_at": [pushed_ms // 1000]})


def assign(desk: Desk, lead_id: str, to: str) -> None:
    lead, handler = desk.lead(lead_id), desk.officer(to)
    desk.on_lead(lead, Act("", "wang-fang", 0), lambda case, a: assign_lead(case, lead, desk.officer("wang-fang"),
                                                                           handler, to, a))


def close(desk: Desk, lead_id: str, card: str, outcome: str, officer: str = "li-wei") -> None:
    """Take, receipt and close, with the verdict that it needs."""
    lead, by = desk.lead(lead_id), desk.officer(officer)
    if outcome != "undecided":
        desk.on_card(card, Act("", officer, 0, "查明"),
                     lambda case, facts, a: give_verdict(case, facts, by, outcome, {}, a))
    desk.on_lead(lead, Act("", officer, 0), lambda case, a: take_lead(case, lead, by, a))
    desk.on_lead(lead, Act("", officer, 0), lambda case, a: receipt_lead(case, lead, by, a))
    desk.on_lead(lead, Act("", officer, 0, "证据不足"),
                 lambda case, a: close_lead(case, lead, by, Outcome(outcome), outcome, a))


def fill_leads(store: Store, now_ms: int) -> None:
    """Open leads of both cities at every stage of their clocks, two of them nobody's; and closed ones."""
    desk = Desk(store, Policy())
    store.insert("card", {"uid": [990_001], "event_id": ["my"], "event_time": [now_ms - 99 * DAY_MS],
                          "card": [ELSEWHERE], "action": ["open"], "area": ["510704"]})
    push(store, LATE, CHENGDU, now_ms - 9 * DAY_MS, now_ms - 2 * DAY_MS - HOUR_MS, note="回访两次未接")
    push(store, LATE_AWAY, ELSEWHERE, now_ms - 4 * DAY_MS, now_ms - 5 * HOUR_MS, BANKS)
    push(store, LATE_NEW, "phone:13800000103", now_ms - 4 * DAY_MS, now_ms - 3 * HOUR_MS, BANKS)
    push(store, SOON, "phone:13800000104", now_ms - DAY_MS, now_ms + 2 * HOUR_MS, CENTER)
    push(store, BOSS_S, "phone:13800000106", now_ms - 2 * HOUR_MS, now_ms + 12 * DAY_MS, "96110")
    push(store, NOBODY_S, "phone:13800000105", now_ms - HOUR_MS, now_ms + 20 * DAY_MS, CENTER, "群众举报 13912345678")
    for lead_id, handler in ((LATE, "li-wei"), (LATE_AWAY, "zhao-min"), (LATE_NEW, "li-wei"), (SOON, "li-wei"),
                             (BOSS_S, "wang-fang")):
        assign(desk, lead_id, handler)
    insert_hit(store, "phone:13800000103", now_ms - DAY_MS, "orange", 720)
    insert_hit(store, "phone:13800000104", now_ms - DAY_MS, "yellow", 480)
    insert_hit(store, ELSEWHERE, now_ms - DAY_MS, "orange", 690, "快进快出")
    for n in range(14):
        card = f"phone:138000001{10 + n}"
        push(store, f"L-2026-{n:03}", card, now_ms - (10 + 5 * n) * DAY_MS, now_ms - DAY_MS,
             (CENTER, BANKS, "96110")[n % 3])
        close(desk, f"L-2026-{n:03}", card, "confirmed" if n % 4 else "cleared")


def fill_lists(store: Store, now_ms: int, entries: int = 8) -> None:
    """Three lists; what a job put into the store."""
    rows = [("city", f"phone:138000001{n:02}", "block", f"案件 2026-{n} [wang-fang]", None) for n in range(entries)]
    rows += [("3002-hotline", MIANYANG, "block", "报案 88 [li-wei]", now_ms + 40 * DAY_MS),
             ("3002-hotline", CHENGDU, "block", "回访 13912345678 [li-wei]", now_ms + 9 * DAY_MS),
             ("courier-allow", "phone:13800000109", "allow", "快递公司核实 [wang-fang]", None)]
    store.insert("watchlist", {
        "uid": [70_000 + n for n in range(len(rows))],
        "event_time": [now_ms - (n + 1) * 60_000 for n in range(len(rows))],
        "list": [row[0] for row in rows], "card": [row[1] for row in rows], "kind": [row[2] for row in rows],
        "action": ["add"] * len(rows), "reason": [row[3] for row in rows], "expires_at": [row[4] for row in rows]})


def fill_openings(store: Store, now_ms: int) -> None:
    """A bad branch of 80 cards, a tiny one with its only card confirmed, and thirty usual ones."""
    rows, bad, confirmed = [], [], []
    for branch, n, flagged, sure in [("branch-bad", 80, 30, 22), ("branch-tiny", 1, 1, 1),
                                     *((f"branch-{k:02}", 60, 3 + k % 3, k % 3) for k in range(10, 40))]:
        cards = [f"account:62280{crc32(branch.encode()) % 10**6:06}{k:05}" for k in range(n)]
        rows += [(card, branch, f"clerk-{branch[7:]}-{k % 3}", "agent-9" if k < flagged else "")
                 for k, card in enumerate(cards)]
        bad, confirmed = bad + cards[:flagged], confirmed + cards[:sure]
    store.insert("card", {
        "uid": [900_000 + n for n in range(len(rows))], "event_id": [f"b{n}" for n in range(len(rows))],
        "event_time": [now_ms - 60 * DAY_MS] * len(rows), "card": [row[0] for row in rows],
        "action": ["open"] * len(rows), "branch": [row[1] for row in rows], "clerk": [row[2] for row in rows],
        "agent": [row[3] for row in rows], "area": ["510104"] * len(rows),
        "holder": [f"b{n}" for n in range(len(rows))]})
    for card in bad:
        insert_hit(store, card, now_ms - 5 * DAY_MS, "orange", 700)
    store.insert("verdict", {
        "uid": [950_000 + n for n in range(len(confirmed))], "event_time": [now_ms - 3 * DAY_MS] * len(confirmed),
        "card": confirmed, "verdict": ["confirmed"] * len(confirmed), "officer": ["li-wei"] * len(confirmed)})

