"""A whole case by the command line: lead, handler, card, verdict, measure, approval, notice, appeal, lifted, report.

Each test has a store with a lead, its card and a hit in it, as the job leaves them, and a folder as bus.
"""

import json
import subprocess
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from casework.card_case import card_case
from casework.clocks import CHINA
from casework.event import Act
from casework.measures import lift_measure
from casework.officers import Role, add_officer
from casework.policy import Policy
from casework.refusal import CaseConflict
from connectors.clickhouse import open_store
from connectors.schema import migrate
from features.decode import decode
from jobs.casework.desk import Desk
from tests.integration.duanka import Duanka

DAY_MS = 86_400_000
CARD, OTHER, VICTIM = "phone:13800000001", "account:6222000000000002", "phone:13900000003"


class Station(Duanka):
    """A police station: commands in somebody's name."""

    def as_(self, officer: str, *arguments: object, ok: bool = True) -> str:
        """Run a command as an officer, and return what it printed; `ok` says how it must end."""
        self.settings |= {"officer": officer, "purpose": "case 2026-17"}
        done = self.run(*arguments)
        assert (done.returncode == 0) == ok, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        if not ok:
            assert done.returncode == 2 and "error:" in done.stderr, done
            return " ".join(done.stderr.split())
        return done.stdout

    def rows(self, officer: str, *arguments: object) -> list[dict]:
        return json.loads(self.as_(officer, *arguments, "--format", "json"))

    def records(self, topic: str) -> list[dict]:
        folder = Path(self.settings["bus"].removeprefix("file://")) / topic
        return [json.loads(line) for file in sorted(folder.glob("*.ndjson")) for line in file.read_text().splitlines()]


@pytest.fixture
def station(tmp_path):
    made = Station(tmp_path, {"bus": f"file://{tmp_path / 'bus'}"})
    with open_store(made.store_url) as store:
        migrate(store)
        fill(store, time.time_ns() // 1_000_000)
        for name, role, territory in (("wang-fang", Role.SUPERVISOR, "51"), ("chen-jie", Role.SUPERVISOR, "*"),
                                      ("li-wei", Role.HANDLER, "5101"), ("zhao-min", Role.HANDLER, "5107")):
            Desk(store, Policy()).on_officer(name, Act("", "wang-fang", 0), add_officer, role=role,
                                             territories=(territory,))
    yield made
    made.close()


def fill(store, now_ms: int) -> None:
    """A lead a day old on a card in Chengdu, one overdue in Mianyang, a hit; a victim who was warned."""
    cards = {"card": [CARD, OTHER, VICTIM], "area": ["510104", "510704", "510104"], "holder": ["p1", "p2", "p3"]}
    opened = [now_ms - 300 * DAY_MS] * 3
    store.insert("card", cards | {"uid": [1, 2, 3], "event_id": ["o1", "o2", "o3"], "event_time": opened,
                                  "action": ["open"] * 3, "branch": ["b1"] * 3})
    store.insert("lead", {"uid": [11, 12], "lead_id": ["L1", "L2"], "pushed_at": [now_ms - DAY_MS, now_ms - 9 * DAY_MS],
                          "source": ["provincial-center", "neighbour-city"], "card": [CARD, OTHER],
                          "due_at": [now_ms + 30 * DAY_MS, now_ms - 4 * DAY_MS]})
    store.insert("hits", {"hit_id": ["h1"], "card": [CARD], "first_seen": [now_ms - DAY_MS], "last_seen": [now_ms],
                          "peak_time": [now_ms], "alerts": [3], "risk": [930], "level": ["red"],
                          "typologies": [["D201"]], "reasons_zh": [["群呼"]], "reasons_en": [["mass calling"]],
                          "reason_points": [[500.0]], "reason_codes": [["D201"]],
                          "model_version": ["m"], "typology_version": ["t"], "version": [1]})
    store.insert("warnings", {"warning_id": ["w1"], "person": [VICTIM.partition(":")[2]], "account": ["6222999"],
                              "warned_at": [now_ms - DAY_MS]})


@pytest.mark.timeout(900)
def test_a_whole_case(station, tmp_path):
    # officers
    station.as_("wang-fang", "officer", "add", "he-ping", "--role", "handler", "--territory", "5106")
    assert len(station.rows("", "officer", "list")) == 5
    # lead in, handler
    assert "L1: li-wei" in station.as_("", "lead", "dispatch")
    assert station.as_("", "lead", "dispatch").startswith("0 ")
    listed = station.rows("li-wei", "lead", "list")
    assert [(row["lead_id"], row["clock"]) for row in listed] == [("L2", "overdue"), ("L1", "running")]
    assert (listed[1]["level"], listed[1]["typologies"], listed[1]["handler"]) == ("red", ["D201"], "li-wei")
    station.as_("li-wei", "lead", "take", "L1")
    station.as_("li-wei", "lead", "receipt", "L1", "--command-id", "r1")
    station.as_("li-wei", "lead", "receipt", "L1", "--command-id", "r1")
    # card view
    assert "mass calling" in station.as_("li-wei", "card", CARD)
    # verdict: in the log, and on the bus in a form that the engine takes
    station.as_("li-wei", "verdict", CARD, "confirmed", "--note", "机主供述", "--lead", "L1", "--command-id", "v1")
    station.as_("li-wei", "verdict", CARD, "confirmed", "--note", "机主供述", "--lead", "L1", "--command-id", "v1")
    verdict = station.records("verdict")
    assert [(v["card"], v["verdict"], v["officer"], v["lead_id"]) for v in verdict] == [
        (CARD, "confirmed", "li-wei", "L1")]
    line = json.dumps(verdict[0], ensure_ascii=False).encode() + b"\n"
    taken = decode("verdict", line, 0, time.time_ns() // 1_000_000 + DAY_MS)
    assert len(taken) == 1 and not taken.rejects
    station.as_("li-wei", "lead", "close", "L1", "--outcome", "confirmed")
    assert [(r["kind"], r.get("outcome"), r["lead_id"], r["source"]) for r in station.records("receipt")] == [
        ("receipt", None, "L1", "provincial-center"), ("outcome", "confirmed", "L1", "provincial-center")]
    assert CARD.partition(":")[2] not in json.dumps(station.records("receipt"))
    # measure as recommended, approval by another, notice
    station.as_("li-wei", "measure", "propose", CARD, "--reason", "群呼，机主供述出租")
    proposed, = station.rows("wang-fang", "measure", "list")
    assert (proposed["step"], proposed["status"], proposed["next"]) == ("verify", "proposed", "approve")
    measure = proposed["measure"]
    station.as_("wang-fang", "measure", "approve", measure)
    notice = station.as_("li-wei", "measure", "notice", measure)
    wanted = ("群呼，机主供述出租", "第十一条", "申诉", "身份证件", "arts. 11 and 32", "object")
    assert all(word in notice for word in wanted)
    # appeal, lifted
    station.as_("zhao-min", "appeal", "file", measure, "--reason", "本人使用，已解释")
    appeal, = station.rows("chen-jie", "appeal", "list")
    assert (appeal["measure"], appeal["clock"]) == (measure, "running")
    station.as_("chen-jie", "appeal", "decide", appeal["appeal"], "granted", "--reason", "解释成立")
    assert station.rows("chen-jie", "measure", "list") == []
    lifted, = station.rows("chen-jie", "measure", "list", "--all")
    assert lifted["status"] == "lifted"
    # every step stands in the trail, with who, when and why; the look-ups as well; nothing was changed since
    trail = [(e["officer"], e["action"]) for e in station.rows("wang-fang", "audit", "show", f"card:{CARD}")]
    assert trail == [
        ("li-wei", "verdict_given"), ("system:publish", "published"), ("li-wei", "measure_proposed"),
        ("wang-fang", "measure_approved"), ("li-wei", "notice_issued"), ("zhao-min", "appeal_filed"),
        ("chen-jie", "appeal_decided"), ("chen-jie", "measure_lifted")]
    assert f"card:{CARD}" in station.as_("wang-fang", "audit", "show", f"card:{CARD}")
    trail = [(e["officer"], e["action"]) for e in station.rows("wang-fang", "audit", "show", "lead:L1")]
    assert trail == [
        ("system:dispatch", "lead_assigned"), ("li-wei", "lead_taken"), ("li-wei", "lead_receipt"),
        ("system:publish", "published"), ("li-wei", "lead_closed"), ("system:publish", "published")]
    seen = station.rows("wang-fang", "audit", "show", "--lookups")
    assert {"card", "lead list", "measure list", "appeal list", "audit show"} <= {row["command"] for row in seen}
    assert {row["purpose"] for row in seen} == {"case 2026-17"}
    assert "nothing amiss" in station.as_("wang-fang", "audit", "verify")
    views_say_what_the_events_say(station)
    # report
    now = datetime.now(CHINA).date()
    period = f"{now - timedelta(days=15)}..{now}"
    (tmp_path / "month.csv").write_text(f"day,area,cases,arrests,people,covered\n{now},510104,7,2,1000,800\n")
    assert "4 figures" in station.as_("wang-fang", "figures", "import", tmp_path / "month.csv", "--reason", "市局月报")
    report = json.loads(station.as_("wang-fang", "report", "--period", period, "--format", "json"))
    assert (report["figures"]["cases"], report["figures"]["by_territory"][0]["coverage"]) == (7, 0.8)
    total = report["leads"]["total"]
    assert (total["received"], total["confirmed"], total["overdue"], total["conversion"]) == (2, 1, 1, 0.5)
    assert [(row["name"], row["received"]) for row in report["leads"]["by_territory"]] == [("5101", 1), ("5107", 1)]
    assert (report["leads"]["first_action"]["acted_on"], report["appeals"]["granted"]) == (1, 1)
    assert report["measures"][0] | {"step": "verify"} == report["measures"][0]
    assert (report["measures"][0]["approved"], report["measures"][0]["lifted"]) == (1, 1)
    assert [(row["typology"], row["hits"], row["precision"]) for row in report["typologies"]] == [("D201", 1, 1.0)]
    page = tmp_path / "report.html"
    station.as_("wang-fang", "report", "--period", period, "--format", "html", "--out", page)
    assert page.read_text().count("<svg") == 3
    for card in (CARD, OTHER, VICTIM):
        assert card.partition(":")[2] not in page.read_text()


def views_say_what_the_events_say(station) -> None:
    with open_store(station.store_url) as store:
        desk = Desk(store, Policy())
        case = card_case(CARD, desk.events(f"card:{CARD}"))
        measure, = case.measures.values()
        row, = store.query("SELECT *, toUnixTimestamp64Milli(approved_at) AS approved_ms FROM measures_now")
        assert (row["measure"], row["card"], row["step"], row["status"], row["proposed_by"], row["approved_by"],
                row["noticed"], row["review_ms"], row["until_ms"], row["approved_ms"]) == (
            measure.measure, CARD, measure.step, measure.status, measure.proposed_by, measure.approved_by,
            measure.noticed, measure.review_ms, measure.until_ms, measure.approved_ms)
        appeal, = case.appeals.values()
        row, = store.query("SELECT * FROM appeals_now")
        assert (row["appeal"], row["measure"], row["decision"], row["decided_by"], row["due_ms"]) == (
            appeal.appeal, appeal.measure, appeal.decision, appeal.decided_by, appeal.due_ms)
        leads = {row["lead_id"]: row for row in store.query("SELECT * FROM leads_now")}
        assert (leads["L1"]["handler"], leads["L1"]["receipted"], leads["L1"]["outcome"]) == ("li-wei", 1, "confirmed")
        assert (leads["L2"]["handler"], leads["L2"]["receipted"], leads["L2"]["outcome"]) == ("zhao-min", 0, "")
        officers = {row["officer"]: row for row in store.query("SELECT * FROM officers_now")}
        assert {o.name: (str(o.role), list(o.territories), o.active) for o in desk.officers()} == {
            name: (row["role"], row["territories"], bool(row["active"])) for name, row in officers.items()}


@pytest.mark.timeout(900)
def test_the_forbidden_shortcuts_are_refused_with_a_sentence(station):
    def refused(officer: str, *arguments: object) -> str:
        return station.as_(officer, *arguments, ok=False)

    propose = ("measure", "propose", CARD, "--reason", "群呼")
    assert "another person must decide" in approving_ones_own(station)
    said = refused("li-wei", "measure", "propose", OTHER, "--step", "verify", "--reason", "x")
    assert "outside the territory of 'li-wei' (5101)" in said and "辖区" in said
    said = refused("zhao-min", "measure", "propose", OTHER, "--step", "suspend", "--reason", "x")
    assert "skips verify, limit of the ladder" in said and "--skip-reason" in said and "阶梯" in said
    said = refused("li-wei", "measure", "propose", VICTIM, "--step", "verify", "--reason", "x")
    assert "open warning as a victim (w1)" in said and "受害" in said
    assert "no officer is called 'nobody'" in refused("nobody", *propose)
    assert "--officer NAME" in station_error(station, *propose)
    assert "needs a written reason" in refused("zhao-min", "measure", "propose", OTHER, "--step", "verify")
    assert "nobody's, not with 'li-wei'" in refused("li-wei", "lead", "receipt", "L1")
    assert "there is no lead L9" in refused("li-wei", "lead", "take", "L9")
    assert "needs a purpose" in no_purpose(station)
    station.as_("wang-fang", "officer", "retire", "li-wei", "--reason", "调离")
    assert "is retired and cannot act" in refused("li-wei", "lead", "take", "L1")
    with open_store(station.store_url) as store:
        assert store.query("SELECT count() AS n FROM case_events WHERE subject LIKE 'card:%' OR subject LIKE 'lead:%'"
                           ) == [{"n": 1}]


def approving_ones_own(station) -> str:
    station.as_("wang-fang", "measure", "propose", CARD, "--reason", "群呼")
    measure = station.rows("wang-fang", "measure", "list")[0]["measure"]
    return station.as_("wang-fang", "measure", "approve", measure, ok=False)


def station_error(station, *arguments) -> str:
    del station.settings["officer"]
    done = station.run(*arguments)
    assert done.returncode == 2
    return " ".join(done.stderr.replace("│", " ").split())


def no_purpose(station) -> str:
    station.settings |= {"officer": "li-wei"}
    del station.settings["purpose"]
    done: subprocess.CompletedProcess = station.run("lead", "list")
    assert done.returncode == 2
    return " ".join(done.stderr.split())


def test_of_two_officers_at_once_the_second_is_told(station):
    """Eight hands lift one measure at the same moment: one does, the others are told, the log has one event."""
    with open_store(station.store_url) as store:
        measure = a_measure_in_force(store)
    barrier, ends = threading.Barrier(8), []

    def lift():
        with open_store(station.store_url) as store:
            desk = Desk(store, Policy())
            by = desk.officer("chen-jie")

            def decide(case, facts, act):
                barrier.wait(60)  # all have read, none has written
                return lift_measure(case, facts, by, measure, act)

            try:
                desk.on_card(CARD, Act("", "chen-jie", 0, "核实"), decide)
                ends.append("lifted")
            except CaseConflict as told:
                ends.append(told.code)

    threads = [threading.Thread(target=lift) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert sorted(ends) == ["conflict"] * 7 + ["lifted"]
    with open_store(station.store_url) as store:
        events = Desk(store, Policy()).chains("card:")[f"card:{CARD}"]
        assert [e.act.action for e in events].count("measure_lifted") == 1
    assert "nothing amiss" in station.as_("wang-fang", "audit", "verify")


def a_measure_in_force(store) -> str:
    from casework.ladder import Step
    from casework.measures import approve_measure, propose_measure

    desk = Desk(store, Policy())
    li, wang = desk.officer("li-wei"), desk.officer("wang-fang")
    made, = desk.on_card(CARD, Act("", "li-wei", 0, "群呼"),
                         lambda case, facts, act: propose_measure(case, facts, li, Step.VERIFY, "", act))
    measure = made.act.payload["measure"]
    desk.on_card(CARD, Act("", "wang-fang", 0),
                 lambda case, facts, act: approve_measure(case, facts, wang, measure, Policy(), act))
    return measure


def test_a_tampered_or_missing_row_is_found(station, tmp_path):
    heads = tmp_path / "heads.json"
    station.as_("", "lead", "dispatch")
    station.as_("li-wei", "lead", "take", "L1")
    station.as_("li-wei", "lead", "receipt", "L1")
    station.as_("wang-fang", "audit", "verify", "--out", heads)

    def found(*arguments) -> list[tuple]:
        done = station.run("audit", "verify", "--format", "json", *arguments)
        assert done.returncode == 1, done.stderr
        return [(row["subject"], row["seq"]) for row in json.loads(done.stdout)]

    def spoil(statement: str) -> None:
        with open_store(station.store_url) as store:
            store.command(f"ALTER TABLE case_events {statement} SETTINGS mutations_sync = 2")

    spoil("UPDATE reason = '另有理由' WHERE subject = 'officer:li-wei'")
    assert found() == [("officer:li-wei", 1)]
    spoil("UPDATE reason = '' WHERE subject = 'officer:li-wei'")
    assert station.run("audit", "verify", "--since", heads).returncode == 0
    spoil("DELETE WHERE subject = 'lead:L1' AND seq = 2")
    assert found() == [("lead:L1", 2)]
    spoil("DELETE WHERE subject = 'lead:L1' AND seq > 2")
    assert station.run("audit", "verify").returncode == 0, "a chain cannot know its own end"
    assert found("--since", heads) == [("lead:L1", 4)]
    heads.write_text("{")
    wrong = station.run("audit", "verify", "--since", heads)
    assert wrong.returncode == 2 and "holds no heads" in wrong.stderr


def test_a_verdict_survives_a_bus_that_cannot_be_written(station):
    bus = Path(station.settings["bus"].removeprefix("file://"))
    bus.mkdir()
    (bus / "verdict").write_text("in the way")
    said = station.as_("li-wei", "verdict", CARD, "cleared", "--note", "误报", ok=False)
    assert "cannot be" in said
    (bus / "verdict").unlink()
    assert station.as_("li-wei", "audit", "publish").startswith("1 ")
    assert station.as_("li-wei", "audit", "publish").startswith("0 ")
    assert [v["verdict"] for v in station.records("verdict")] == ["cleared"]


def test_dormant_cards_are_a_draft(station):
    rows = station.rows("li-wei", "dormant", "--days", "200")
    assert [row["card"] for row in rows] == [VICTIM] and rows[0]["draft"] is True
    with open_store(station.store_url) as store:
        assert store.query("SELECT count() AS n FROM measures_now") == [{"n": 0}]


def test_an_officer_is_retired_by_a_supervisor_alone(station):
    assert "is no supervisor" in station.as_("li-wei", "officer", "retire", "zhao-min", ok=False)
