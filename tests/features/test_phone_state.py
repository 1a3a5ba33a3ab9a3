"""The parts of a phone's state: sketches, regular counterparts, counts of hours; and their stated errors."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.areas import same_prefecture, same_province
from features.distinct_sketch import estimate_elements, note_element
from features.fortnights import both, busiest_hour_share, count_hour, count_one, halve_hours, turn_pair, turn_words
from features.regular_peers import PEERS, WIDTH, meet_peer, turn_peers
from tests.features.oracle_sketch import FortnightPeers, raw_estimate, registers_of

_RNG = np.random.default_rng(7)


def sketch_of(elements, width: int, generation: int = 0) -> np.ndarray:
    words = np.zeros(2 * width, np.uint32)
    for element in elements:
        note_element(words, 0, width, np.uint64(element))
    if generation:
        turn_words(words, 0, width, 1)
    return words


@pytest.mark.parametrize(("width", "few", "many"), [(8, 0.095, 0.14), (4, 0.135, 0.195)])
@pytest.mark.parametrize("count", [10, 60, 130, 300, 3000, 100_000])
def test_the_sketch_errs_no_more_than_it_says(width, few, many, count):
    trials = 400 if count < 1000 else 120 if count < 10_000 else 12
    found = []
    for _ in range(trials):
        elements = _RNG.integers(0, 1 << 63, count).astype(np.uint64) * np.uint64(2) + np.uint64(1)
        found.append(estimate_elements(sketch_of(mixed(elements), width), 0, width) / count)
    error = float(np.std(found))
    bound = few if count <= 10 else many
    assert error < bound * (1 + 3 / np.sqrt(2 * trials))
    assert abs(np.mean(found) - 1) < 4 * bound / np.sqrt(trials) + 0.02


def mixed(x: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 2**63), min_size=1, max_size=400), st.sampled_from([4, 8]), st.data())
def test_the_sketch_is_the_slow_one(elements, width, data):
    """Also in two generations, and whatever the order; repeats change nothing."""
    elements = mixed(np.array(elements, np.uint64)).tolist()
    cut = data.draw(st.integers(0, len(elements)))
    words = sketch_of(elements[:cut], width, generation=1)
    changed = [note_element(words, 0, width, np.uint64(e)) for e in elements[cut:]]
    again = [note_element(words, 0, width, np.uint64(e)) for e in elements]
    registers = registers_of(elements, 8 * width)
    empty = registers.count(0)
    want = 8 * width * np.log(8 * width / empty) if empty * 8 >= 8 * width else raw_estimate(registers)
    assert estimate_elements(words, 0, width) == pytest.approx(want, rel=1e-9)
    assert not any(again) and len(changed) == len(elements) - cut


def test_an_empty_sketch_holds_nothing():
    assert estimate_elements(np.zeros(16, np.uint32), 0, 8) == 0


@settings(deadline=None, max_examples=100)
@given(st.lists(st.tuples(st.integers(1, 40), st.booleans(), st.booleans(), st.integers(0, 30)), max_size=200))
def test_regular_counterparts_are_the_slow_ones(meetings):
    words = np.full(WIDTH + 2, 77, np.uint32)
    words[1:-1] = 0
    slow = FortnightPeers(PEERS)
    for peer, talked, insert, turn in meetings:
        if turn in (0, 1):
            assert turn_peers(words, 1, turn == 1) == slow.turn(turn == 1)
        assert meet_peer(words, 1, np.uint32(peer), talked, insert) == slow.meet(str(peer), talked, insert)
    assert words[0] == words[-1] == 77, "it writes beyond its words"


def test_counts_of_regular_counterparts_have_a_most():
    words = np.zeros(WIDTH, np.uint32)
    talks = [meet_peer(words, 0, np.uint32(5), True, True)[1] for _ in range(5000)]
    assert talks[:3] == [1, 2, 3] and talks[-1] == 4095
    assert turn_peers(words, 0, False) == 4095
    assert meet_peer(words, 0, np.uint32(5), True, True) == (True, 4096)


def test_regulars_stay_known_however_many_strangers_come():
    words = np.zeros(WIDTH, np.uint32)
    for regular in range(1, 9):
        for _ in range(3):
            meet_peer(words, 0, np.uint32(regular), True, True)
    assert not any(meet_peer(words, 0, np.uint32(stranger), True, True)[0] for stranger in range(100, 900))
    assert all(meet_peer(words, 0, np.uint32(regular), True, True)[0] for regular in range(1, 9))


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 23), max_size=700), st.sampled_from([3, 600]))
def test_hours_are_halved(hours, crowd):
    words, counts = np.zeros(7, np.uint32), [0] * 24
    for k, hour in enumerate(hours * 3):
        hour = hour if crowd == 3 else 7
        if k % 500 == 499:
            halve_hours(words, 0)
            counts = [n // 2 for n in counts]
        count_hour(words, 0, hour)
        counts[hour] += 1
        if counts[hour] == 255:
            counts = [n // 2 for n in counts]
        assert busiest_hour_share(words, 0) == max(counts) / sum(counts)


def test_a_count_ends_at_its_most():
    words = np.zeros(1, np.uint32)
    for _ in range(70_000):
        count_one(words, 0)
    assert both(words, 0) == 65_535
    turn_pair(words, 0, 1)
    count_one(words, 0)
    assert both(words, 0) == 65_536
    turn_pair(words, 0, 2)
    assert both(words, 0) == 0


@pytest.mark.parametrize(
    ("a", "b", "prefecture", "province"),
    [(510104, 510121, True, True), (510104, 510704, False, True), (510104, 440305, False, False),
     (500103, 500233, True, True), (110105, 120101, False, False)],
)  # fmt: skip
def test_prefectures_and_provinces(a, b, prefecture, province):
    assert (same_prefecture(a, b), same_province(a, b)) == (prefecture, province)
