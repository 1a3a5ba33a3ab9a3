"""The edge-stream detector against dictionaries, by hand, and on microclusters put into quiet traffic."""

import math

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from models.detectors.edge_stream import EdgeStream, squash
from tests.models.detector_laws import LAWS

WIDE = {"pairs": 1 << 14, "nodes": 1 << 13}


def traffic(seed: int, edges: int, nodes: int = 60, ticks: int = 400) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Edges between few nodes, busy and quiet ones, with quiet stretches and ticks far apart."""
    rng = np.random.default_rng(seed)
    src, dst = (np.minimum(rng.geometric(0.05, edges), nodes).astype(np.uint64) for _ in range(2))
    tick = np.sort(rng.integers(0, ticks, edges))
    tick[edges // 2 :] += 3000
    return src, dst, tick.astype(np.int64)


class SlowEdgeStream:
    """What the docstring says, with dictionaries that forget nothing."""

    def __init__(self, recent_ticks: float, past_ticks: float, population: float, newcomer: float):
        self.recent_ticks, self.past_ticks, self.population = recent_ticks, past_ticks, population
        self.known: dict[tuple, list[float]] = {}
        self.last: dict[tuple, int] = {}
        self.all = {r: [100.0, 100.0 * newcomer, 100.0 * (newcomer**2 + newcomer)] for r in range(5)}

    @staticmethod
    def expect(n: float, total: float, squares: float) -> tuple[float, float]:
        mean = total / n
        return mean, max(squares / n - mean**2, 0) + mean

    def own(self, relation: int, spells: list[float]) -> tuple[float, float]:
        everybody = self.all[relation]
        return self.expect(*(s + 3 * e / everybody[0] for s, e in zip(spells, everybody)))

    def score_learn(self, src: int, dst: int, tick: int) -> float:
        pair, source, destination = ("pair", src, dst), ("source", src), ("destination", dst)
        new = float(pair not in self.last)
        score, learned, states = 0.0, [], {}
        watched = [(0, pair, 1.0), (1, source, 1.0), (2, destination, 1.0), (3, source, new), (4, destination, new)]
        for relation, key, adds in watched:
            recent, *spells = self.known.get((relation, key), [0.0] * 4)
            gap = tick - self.last.get(key, tick)
            if gap > 0:
                mean, variance = self.own(relation, spells)
                deviation = (recent - mean) / math.sqrt(variance)
                weight, size = 3 / max(deviation, 3), min(recent, 10 * (mean + 1))
                ended = [weight, weight * size, weight * size**2]
                spells = [(s + e) * 0.5 ** (gap / self.past_ticks) for s, e in zip(spells, ended)]
                recent *= 0.5 ** (gap / self.recent_ticks)
                learned.append((relation, ended))
            recent += adds
            states[relation, key] = [recent, *spells]
            surprise = 0.0
            for share, (mean, variance) in (
                (1.0, self.own(relation, spells)), (self.population, self.expect(*self.all[relation]))
            ):  # fmt: skip
                surprise += share * max(0.0, recent - mean) / math.sqrt(variance)
            score = max(score, surprise)
        self.known |= states
        self.last |= dict.fromkeys((pair, source, destination), tick)
        for relation, ended in learned:
            self.all[relation] = [0.9999 * a + e for a, e in zip(self.all[relation], ended)]
        return score


@pytest.mark.parametrize("kwargs", [{}, {"recent_ticks": 1.0, "past_ticks": 50.0, "population": 0.2, "newcomer": 2.0}])
def test_like_dictionaries_when_nothing_is_forgotten(kwargs):
    src, dst, tick = traffic(1, 4000)
    fast = EdgeStream(**kwargs, **WIDE)
    settings = {name: getattr(fast, name) for name in ("recent_ticks", "past_ticks", "population", "newcomer")}
    slow = SlowEdgeStream(**settings)
    expected = np.array([slow.score_learn(*edge) for edge in zip(src.tolist(), dst.tolist(), tick.tolist())])
    scores = fast.score_learn_many(src, dst, tick)
    assert np.abs(scores - expected).max() < 1e-3 * (1 + expected.max())  # counts are kept in single precision
    assert (expected > 0).mean() > 0.05 and len(np.unique(expected)) > 100


def test_the_first_burst_by_hand():
    """Nothing known: mean 10, second moment 110, so variance 110 - 100 + 10 = 20, own and of all alike."""
    scores = EdgeStream().score_learn_many(np.full(12, 5), np.full(12, 6), np.zeros(12, np.int64))
    assert scores[:10].tolist() == [0.0] * 10
    assert scores[10:].tolist() == pytest.approx([2 * 1 / math.sqrt(20), 2 * 2 / math.sqrt(20)])


def test_the_second_spell_by_hand():
    """Four edges, then, one half-life later, nine at once: 4 / 2 + 9 = 11 against spells of 10 (thrice) and 4."""
    tick = np.r_[np.zeros(4), np.ones(9)].astype(np.int64)
    detector = EdgeStream(recent_ticks=1.0, past_ticks=math.inf, population=0.0)
    score = detector.score_learn_many(np.full(13, 5), np.full(13, 6), tick)[-1]
    # What was learned of the population counts as well: 100 spells of 10 and (the pair's) one of 4.
    n, total, squares = 100 * 0.9999 + 1, 1000 * 0.9999 + 4, 11_000 * 0.9999 + 16
    mean = (4 + 3 * total / n) / 4
    variance = (16 + 3 * squares / n) / 4 - mean**2 + mean
    assert score == pytest.approx((11 - mean) / math.sqrt(variance), rel=1e-5)


class AsDetector:
    """Rows of the common laws read as edges: two features make the ends, the row number the tick."""

    def __init__(self):
        # Small memories, so that the laws are tried with entries displaced.
        self.stream, self.rows = EdgeStream(pairs=64, nodes=32, newcomer=1.0, recent_ticks=20.0), 0

    def score_learn(self, matrix, learn):
        tick = (self.rows + np.arange(len(matrix))) // 20
        self.rows += len(matrix)
        ends = (matrix[:, :2] ** 2 * 40).astype(np.uint64)
        return squash(self.stream.score_learn_many(ends[:, 0], ends[:, 1], tick, learn))

    def snapshot(self):
        return self.stream.snapshot() | {"rows": np.array([self.rows])}

    def restore(self, arrays):
        self.stream.restore(arrays)
        # The laws let another detector go on from the same rows.
        self.rows = int(arrays["rows"][0])


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_the_laws_of_detectors(law):
    law(AsDetector, np.random.default_rng(2).random((1500, 3)))


def with_cluster(kind: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Quiet traffic of 2,000 people, and in minutes 300 to 310 sixty edges a minute of one kind."""
    rng = np.random.default_rng(3)
    src, dst = (rng.integers(0, 2000, 40_000).astype(np.uint64) for _ in range(2))
    # Everybody has few regular counterparts.
    dst = np.where(rng.random(40_000) < 0.8, (src + dst % np.uint64(5)) % np.uint64(2000), dst)
    tick = rng.integers(0, 400, 40_000)
    strangers, one = rng.integers(5000, 2**60, 600).astype(np.uint64), np.full(600, 7, np.uint64)
    ends = {"pair": (one, one + np.uint64(1)), "fan-out": (one, strangers), "fan-in": (strangers, one)}[kind]
    when = np.r_[tick, 300 + np.arange(600) // 60]
    order = np.argsort(when, kind="stable")
    bad = np.r_[np.zeros(40_000, bool), np.ones(600, bool)]
    return np.r_[src, ends[0]][order], np.r_[dst, ends[1]][order], when[order], bad[order]


@pytest.mark.parametrize("kind", ["pair", "fan-out", "fan-in"])
def test_a_microcluster_is_found_and_chance_finds_nothing(kind):
    src, dst, tick, bad = with_cluster(kind)
    assert roc_auc_score(bad, EdgeStream().score_learn_many(src, dst, tick)) > 0.97
    assert abs(roc_auc_score(bad, np.random.default_rng(4).random(bad.size)) - 0.5) < 0.05


def test_new_pairs_alone_are_noticed():
    """Somebody always busy calls the same five, then as many strangers: no count rises but that of new pairs."""
    tick = np.repeat(np.arange(300), 20)
    src, dst = np.full(6000, 1, np.uint64), (np.arange(6000) % 5).astype(np.uint64)
    dst[-200:] = np.arange(200) + 100
    scores = EdgeStream().score_learn_many(src, dst, tick)
    assert scores[-1] > 10 * max(scores[-400:-200].max(), 1)


def test_a_burst_does_not_become_normal_in_one_go():
    """After a first attack of ten minutes the second still stands out; against everybody it does for hours."""
    src, dst, tick, bad = with_cluster("fan-out")
    detector = EdgeStream()
    first = detector.score_learn_many(src, dst, tick)
    again = tick[bad] + 100
    second = detector.score_learn_many(src[bad], dst[bad] + np.uint64(1), again)
    assert np.median(second[60:]) > np.quantile(first[~bad], 0.99)


def test_memory_full_of_forged_sources_still_sees_their_target():
    rng = np.random.default_rng(5)
    detector = EdgeStream(pairs=256, nodes=128)
    before = sum(array.nbytes for array in detector.snapshot().values())
    quiet = rng.integers(0, 100, (2, 20_000)).astype(np.uint64)
    calm = detector.score_learn_many(*quiet, np.arange(20_000) // 40)
    forged = rng.integers(1, 2**60, 20_000).astype(np.uint64)
    flood = detector.score_learn_many(forged, np.full(20_000, 7, np.uint64), 500 + np.arange(20_000) // 2000)
    assert np.quantile(flood[2000:], 0.05) > np.quantile(calm, 0.999)
    assert before == sum(a.nbytes for a in detector.snapshot().values()) < 28 * 256 + 88 * 128 + 200


def test_the_seed_places_and_does_not_judge():
    src, dst, tick = traffic(6, 2000)
    first, second = (EdgeStream(seed=seed, **WIDE) for seed in (1, 2))
    assert np.array_equal(first.score_learn_many(src, dst, tick), second.score_learn_many(src, dst, tick))
    assert not np.array_equal(first.snapshot()["pair.keys"], second.snapshot()["pair.keys"])


def test_edges_left_out_of_learning_leave_no_trace():
    src, dst, tick = traffic(8, 2000)
    learn = np.arange(2000) % 3 > 0
    masked, without = EdgeStream(**WIDE), EdgeStream(**WIDE)
    scores = masked.score_learn_many(src, dst, tick, learn)
    assert np.array_equal(scores[learn], without.score_learn_many(src[learn], dst[learn], tick[learn]))
    probe = src[:50], dst[:50], np.full(50, 10**6)
    assert np.array_equal(masked.score_many(*probe), without.score_many(*probe))
    for name, array in without.snapshot().items():
        assert np.array_equal(masked.snapshot()[name], array), name


def test_edges_behind_the_clock_count_as_of_now():
    src, dst, tick = traffic(7, 2000)
    late = tick.copy()
    late[1000::7] -= 50
    late = np.where(late < np.maximum.accumulate(late), late, tick)
    on_time = np.maximum.accumulate(late)
    assert (late < on_time).any()
    a, b = (EdgeStream().score_learn_many(src, dst, t) for t in (late, on_time))
    assert np.array_equal(a, b)


def test_squash_keeps_the_order():
    scores = np.array([0.0, 0.5, 3.0, 1e6])
    assert squash(scores).tolist() == pytest.approx([0, 1 / 7, 0.5, 1], abs=1e-5)
    assert (np.diff(squash(scores)) > 0).all() and squash(scores).max() < 1
