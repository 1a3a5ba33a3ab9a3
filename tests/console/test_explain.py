"""A decision replayed on the page, and cards that were hit for the same reasons."""

import time

import pytest

from connectors.queries.lookalike_cards import lookalike_cards
from console.masked_card import masked
from features.roles import PHONE
from models.explanation import recompute
from models.fusion import evidence_codes
from models.levels import Level
from models.rules import default_rules, write_rules
from models.scorer import BUILT_IN, FEATURE_NAMES
from tests.console.station import CALLER, CHENGDU, MIANYANG

RULES = default_rules()


@pytest.fixture(scope="module")
def hit_id(store):
    """A hit that the engine would have made of these values, stored as it stores them."""
    names = FEATURE_NAMES[PHONE]
    values = [0.8 if "share" in name or "rate" in name else float(7 + 3 * n % 40) for n, name in enumerate(names)]
    again = recompute(PHONE, values, [0.4] * len(evidence_codes(PHONE)), RULES, None)
    assert again.level > 0
    now = time.time_ns() // 1_000_000
    row = {
        "hit_id": "abc123", "card": CALLER, "first_seen": now, "last_seen": now, "peak_time": now, "alerts": 1,
        "risk": round(again.risk), "level": Level(again.level).label, "typologies": ["D201"],
        "reasons_zh": [r.zh for r in again.reasons], "reasons_en": [r.en for r in again.reasons],
        "reason_codes": [r.code for r in again.reasons], "reason_points": [r.points for r in again.reasons],
        "feature_names": list(names), "feature_values": values, "evidence_codes": list(evidence_codes(PHONE)),
        "evidence_strength": again.strength, "model_version": BUILT_IN, "typology_version": RULES.version,
        "run_id": "r1", "version": 1}
    store.insert("hits", {name: [value] for name, value in row.items()})
    store.insert("hits", {name: [value] for name, value in (row | {
        "hit_id": "abc124", "last_seen": now - 1000, "risk": row["risk"] - 1}).items()})
    store.insert("typology_versions", {"version": [RULES.version], "rules": [write_rules(RULES)]})
    return "abc123"


def opened(signed_in, ground, hit, name="wang-fang"):
    person, reference = signed_in(name), ground[0].references.of(CALLER)
    person.open_card(reference, "案件 5")
    return person.get(f"/hit/{reference}/{hit}/explain")


def test_a_hit_is_recomputed_and_its_contributions_add_up(signed_in, ground, store, hit_id):
    html = opened(signed_in, ground, hit_id).text
    [row] = store.query("SELECT risk, reason_points FROM hits FINAL WHERE hit_id = 'abc123'")
    assert "逐位一致：是" in html and RULES.version in html and BUILT_IN in html
    assert f"= 风险 {row['risk']}" in html and f">{sum(row['reason_points']):.1f}</th>" in html
    assert abs(sum(row["reason_points"]) - row["risk"]) <= 0.5
    for bound in RULES.levels.values():
        assert f">{bound:.0f}</td>" in html
    noted = store.query("SELECT command FROM lookups WHERE subject = {card:String} ORDER BY at DESC LIMIT 1",
                        {"card": CALLER})
    assert noted[0]["command"] == "explain"


def test_a_hit_that_was_changed_says_so(signed_in, ground, hit_id):
    html = opened(signed_in, ground, "abc124").text
    assert "逐位一致：否，1 处不同" in html and "risk" in html


def test_what_cannot_be_recomputed_says_why_and_strangers_see_nothing(signed_in, browser, ground, store, hit_id):
    references = ground[0].references
    [old] = store.query("SELECT hit_id FROM hits FINAL WHERE card = {card:String}", {"card": CHENGDU})
    person = signed_in("wang-fang")
    person.open_card(references.of(CHENGDU))
    assert "无法重算" in person.get(f"/hit/{references.of(CHENGDU)}/{old['hit_id']}/explain").text
    assert person.get(f"/hit/{references.of(CHENGDU)}/{hit_id}/explain").status_code == 404, "another card's hit"
    assert browser().sign_in("zhao-min").get(f"/hit/{references.of(CHENGDU)}/{hit_id}/explain").status_code == 403
    fresh = browser().sign_in("li-wei")
    asked = fresh.get(f"/hit/{references.of(CALLER)}/{hit_id}/explain").text
    assert f'name="part" value="hit/{hit_id}"' in asked
    stated = {"purpose": "案件 6", "part": f"hit/{hit_id}"}
    answer = fresh.post(f"/hit/{references.of(CALLER)}/{hit_id}/explain", stated, to=f"/card/{references.of(CALLER)}")
    assert answer.url.path.endswith("/explain") and "逐位一致" in answer.text


def insert(store, card, points, risk=500):
    now = time.time_ns() // 1_000_000
    store.insert("hits", {
        "hit_id": [f"like-{card}"], "card": [card], "first_seen": [now], "last_seen": [now], "peak_time": [now],
        "alerts": [1], "risk": [risk], "level": ["orange"], "reason_codes": [list(points)],
        "reason_points": [list(points.values())], "reasons_zh": [list(points)], "reasons_en": [list(points)],
        "version": [1]})


def test_look_alikes_share_the_reasons_in_the_same_proportions(store, signed_in, ground):
    insert(store, "phone:13800000110", {"D205": 300.0, "HST": 100.0})
    insert(store, "phone:13800000111", {"D205": 600.0, "HST": 201.0}, 800)
    insert(store, "phone:13800000112", {"D205": 300.0, "D202": 80.0, "BASE": 400.0})
    insert(store, "phone:13800000113", {"D205": 100.0, "D202": 900.0})
    insert(store, "phone:13800000114", {"D202": 100.0, "HST": 900.0})
    insert(store, "account:6217000000007777", {"D205": 300.0, "HST": 100.0})
    rows = lookalike_cards(store, "phone:13800000110")
    assert [(row["card"][-3:], row["shared"]) for row in rows] == [("111", ["D205", "HST"]), ("112", ["D205"])]
    assert rows[0]["likeness"] > 0.9999 and rows[1]["likeness"] == pytest.approx(
        300 / (300**2 + 80**2)**0.5 * 300 / (300**2 + 100**2)**0.5)
    assert lookalike_cards(store, "phone:13900009999") == []
    person, reference = signed_in("wang-fang"), ground[0].references.of("phone:13800000110")
    person.open_card(reference)
    html = person.get(f"/card/{reference}/comparison").text.split('id="alike"')[1].split("</section>")[0]
    assert masked("phone:13800000111") in html and "13800000111" not in html
    assert "100 %" in html and "整体行为罕见" in html
    assert MIANYANG.partition(":")[2] not in html
