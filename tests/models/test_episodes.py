"""One hit per card and episode: what opens it, what lengthens it, what ends it."""

import json
import random
from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.episodes import Alert, Episodes, Patience

GAP_MS = 1000
PATIENCE = Patience(GAP_MS)


def alert(episodes: Episodes, entity: int, time_ms: int, risk: float = 500.0, uid: int | None = None, **codes) -> None:
    """Level 2 above 700, 1 from 450 on, 0 (which only holds an episode) below."""
    uid = time_ms * 8 + entity if uid is None else uid
    given_codes = list((codes or {"D201": 0.5}).items())
    episodes.alert(
        Alert(entity, 0, time_ms, uid, risk, int(risk > 700) + int(risk >= 450), given_codes),
        lambda: f"phone:{entity}",
        np.array([risk / 1000]),
        np.array([time_ms], np.float32),
        "built-in",
    )


def test_opened_updated_and_opened_again_after_the_gap():
    """::

        time    0    400       1400   1401 + 1000
        alerts  x     x         x        x
        hits    [────── first ──]     [─ second
    """
    episodes = Episodes(PATIENCE)
    alert(episodes, 7, 0)
    (first,) = episodes.take_changed()
    assert (first.card, first.alerts, first.first_ms, first.last_ms) == ("phone:7", 1, 0, 0)
    alert(episodes, 7, 400)
    alert(episodes, 7, 1400)
    (again,) = episodes.take_changed()
    assert (again.hit_id, again.alerts, again.first_ms, again.last_ms) == (first.hit_id, 3, 0, 1400)
    alert(episodes, 7, 2401)
    (second,) = episodes.take_changed()
    assert second.hit_id != first.hit_id and (second.alerts, second.first_ms) == (1, 2401)
    assert episodes.take_changed() == []


def test_the_decision_is_judged_by_the_event_of_highest_risk_the_first_of_equals():
    episodes = Episodes(PATIENCE)
    for time_ms, risk in ((0, 500.0), (100, 800.0), (200, 800.0), (300, 600.0)):
        alert(episodes, 7, time_ms, risk)
    (hit,) = episodes.take_changed()
    assert (hit.risk, hit.level, hit.peak_ms, hit.peak_uid) == (800.0, 2, 100, 100 * 8 + 7)
    assert (hit.strength, hit.values) == ([0.8], [100.0])


def test_each_typology_at_its_strongest():
    episodes = Episodes(PATIENCE)
    alert(episodes, 7, 0, D201=0.3, D203=0.9)
    alert(episodes, 7, 1, D201=0.7)
    assert episodes.take_changed()[0].codes == {"D201": 0.7, "D203": 0.9}


def test_a_late_alert_within_the_gap_belongs_to_the_episode():
    episodes = Episodes(PATIENCE)
    alert(episodes, 7, 5000)
    alert(episodes, 7, 4500)
    (hit,) = episodes.take_changed()
    assert (hit.alerts, hit.first_ms, hit.last_ms) == (2, 4500, 5000)


def test_ids_follow_from_card_and_opening_event():
    ids = set()
    for entity in range(1, 30):
        for uid in range(30):
            episodes = [Episodes(PATIENCE) for _ in range(2)]
            for one in episodes:
                alert(one, entity, 5, uid=uid)
            a, b = (one.take_changed()[0].hit_id for one in episodes)
            assert a == b and len(a) == 16 and int(a, 16) >= 0
            ids.add(a)
    assert len(ids) == 29 * 30


STREAMS = st.lists(
    st.tuples(
        st.integers(1, 4),
        st.one_of(st.integers(0, 2500), st.sampled_from([0, GAP_MS - 1, GAP_MS, GAP_MS + 1])),
        st.sampled_from([450.0, 600.0, 800.0]),
    ),
    min_size=1,
    max_size=40,
)


def replayed(stream, forget: bool, restore_at: int = -1) -> list:
    """All hits as they stand in the end; time goes on by the second number."""
    episodes, now, hits = Episodes(PATIENCE), 0, {}
    for k, (entity, gap_ms, risk) in enumerate(stream):
        now += gap_ms
        alert(episodes, entity, now, risk)
        hits |= {hit.hit_id: json.dumps(asdict(hit)) for hit in episodes.take_changed()}
        if forget:
            episodes.forget(now)
        if k == restore_at:
            saved = json.loads(json.dumps(episodes.snapshot()))
            episodes = Episodes(PATIENCE)
            episodes.restore(saved)
            assert episodes.snapshot() == saved
    return sorted(hits.items())


@settings(deadline=None, max_examples=60)
@given(STREAMS, st.integers(0, 40))
def test_forgetting_and_restoring_change_nothing(stream, at):
    plain = replayed(stream, forget=False)
    assert replayed(stream, forget=True) == plain
    assert replayed(stream, forget=True, restore_at=at) == plain


@settings(deadline=None, max_examples=60)
@given(STREAMS)
def test_like_the_slow_way(stream):
    """Cut each card's alerts where more than the gap lies between two of them."""
    cards: dict[int, list[list]] = {}
    now = 0
    for entity, gap_ms, risk in stream:
        now += gap_ms
        runs = cards.setdefault(entity, [])
        if not runs or now - runs[-1][-1][0] > GAP_MS:
            runs.append([])
        runs[-1].append((now, risk))
    want = sorted(
        (f"phone:{e}", run[0][0], run[-1][0], len(run), max(risk for _, risk in run))
        for e, runs in cards.items()
        for run in runs
    )
    hits = [json.loads(text) for _, text in replayed(stream, forget=True)]
    assert sorted((h["card"], h["first_ms"], h["last_ms"], h["alerts"], h["risk"]) for h in hits) == want


def cards_of(episodes: Episodes) -> list[tuple[int, int, int]]:
    return [(hit.first_ms, hit.last_ms, hit.alerts) for hit in episodes.take_changed()]


def test_a_card_just_below_the_lowest_level_does_not_flap():
    """It takes the lowest level to open a hit, and a little less to hold it open."""
    episodes = Episodes(PATIENCE)
    alert(episodes, 7, 0, 420.0)
    assert cards_of(episodes) == []
    alert(episodes, 7, 100, 460.0)
    for time_ms in range(900, 5000, 800):
        alert(episodes, 7, time_ms, 420.0)
    assert cards_of(episodes) == [(100, 4900, 1)]


def test_after_a_hit_the_card_rests_unless_it_gets_worse():
    patience = Patience(GAP_MS, cool_down_ms=500)
    episodes = Episodes(patience)
    alert(episodes, 7, 0, 600.0)
    alert(episodes, 7, 1500, 650.0)
    assert cards_of(episodes) == [(0, 0, 1)]
    alert(episodes, 7, 1500, 800.0)
    assert cards_of(episodes) == [(1500, 1500, 1)]
    alert(episodes, 7, 3001, 600.0)
    assert cards_of(episodes) == [(3001, 3001, 1)]


def test_a_cleared_card_is_left_alone_unless_it_gets_much_worse():
    patience = Patience(GAP_MS, snooze_ms=10_000, snooze_points=100.0)
    for restored in (False, True):
        episodes = Episodes(patience)
        alert(episodes, 7, 0, 600.0)
        alert(episodes, 8, 0, 600.0)
        episodes.clear(7, 500)
        episodes.clear(9, 500)
        episodes.take_changed()
        if restored:
            saved = json.loads(json.dumps(episodes.snapshot()))
            episodes = Episodes(patience)
            episodes.restore(saved)
        alert(episodes, 7, 600, 699.0)
        assert cards_of(episodes) == []
        alert(episodes, 8, 600, 600.0)
        assert cards_of(episodes) == [(0, 600, 2)]
        alert(episodes, 7, 700, 700.0)
        assert cards_of(episodes) == [(700, 700, 1)]
        alert(episodes, 9, 700, 500.0)
        assert cards_of(episodes) == [(700, 700, 1)]
        episodes.clear(7, 800)
        episodes.take_changed()
        alert(episodes, 7, 10_800, 500.0)
        assert cards_of(episodes) == [(10_800, 10_800, 1)]


def test_forgetting_changes_nothing_with_all_of_it():
    patience = Patience(GAP_MS, cool_down_ms=700, snooze_ms=3000, snooze_points=100.0)
    rng = random.Random(2)
    for _ in range(200):
        plain, tidy, now = Episodes(patience), Episodes(patience), 0
        for _ in range(60):
            now += rng.choice([0, 100, 900, 1000, 1001, 1701, 5000])
            entity, risk = rng.randrange(1, 3), rng.choice([420.0, 500.0, 600.0, 690.0, 710.0, 900.0])
            for episodes in (plain, tidy):
                if risk == 690.0:
                    episodes.clear(entity, now)
                else:
                    alert(episodes, entity, now, risk)
            tidy.forget(now)
            assert [asdict(e) for e in tidy.take_changed()] == [asdict(e) for e in plain.take_changed()]


def test_memory_goes_with_open_episodes():
    episodes, rng = Episodes(PATIENCE), random.Random(1)
    for k in range(5000):
        alert(episodes, rng.randrange(1, 10**6), k * 10)
        episodes.forget(k * 10)
    assert len(episodes) == pytest.approx(GAP_MS / 10, abs=2)
