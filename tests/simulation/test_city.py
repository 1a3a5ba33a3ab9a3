"""The facade: same seed same bytes, whole folders or none, sensible counts."""

from hashlib import sha256

import pytest

from simulation import run
from simulation.city import CityConfig, simulate
from simulation.rings.registry import SCENARIOS, ring_counts


def digest(folder):
    return {str(p.relative_to(folder)): sha256(p.read_bytes()).hexdigest() for p in sorted(folder.rglob("*.*"))}


def test_same_seed_same_bytes_other_seed_other(tmp_path):
    config = CityConfig(people=1_000, days=1, seed=3)
    first, second = simulate(config, tmp_path / "a"), simulate(config, tmp_path / "b")
    simulate(CityConfig(people=1_000, days=1, seed=4), tmp_path / "c")
    assert digest(tmp_path / "a") == digest(tmp_path / "b")
    assert first == second
    assert digest(tmp_path / "a")["cdr/000001.ndjson"] != digest(tmp_path / "c")["cdr/000001.ndjson"]


def test_refuses_a_folder_in_use_and_replaces_it_when_told(tmp_path):
    config = CityConfig(people=1_000, days=1, seed=3, snapshot=False)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "old").write_text("x")
    with pytest.raises(FileExistsError, match="overwrite=True"):
        simulate(config, tmp_path / "out")
    assert (tmp_path / "out" / "old").exists()
    simulate(config, tmp_path / "out", overwrite=True)
    assert not (tmp_path / "out" / "old").exists()


def test_a_failure_leaves_nothing_behind(tmp_path):
    def fail(done, days):
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        simulate(CityConfig(people=1_000, days=1, seed=3), tmp_path / "out", fail)
    assert list(tmp_path.iterdir()) == []


def test_progress_counts_days(tmp_path):
    seen = []
    simulate(CityConfig(people=1_000, days=2, seed=3), tmp_path / "out", lambda done, days: seen.append((done, days)))
    assert seen == [(1, 2), (2, 2)]


def test_summary_counts_what_is_written(city):
    for topic in run.TOPICS:
        assert city.summary.events[topic] == sum(p.read_bytes().count(b"\n") for p in city.files(topic))
    roles = [row["role"] for row in city.truth()]
    assert city.summary.cards == {role: roles.count(role) for role in sorted(set(roles))}


def test_about_fifteen_events_a_person_and_day(city):
    person_days = city.config.people * city.config.days
    assert 9 < city.summary.events["cdr"] / person_days < 15
    assert 2 < city.summary.events["txn"] / person_days < 4


@pytest.mark.parametrize(("people", "days", "rate"), [(100_000, 7, 1.5), (100_000, 7, 3.0), (200_000, 3, 1.0)])
def test_rings_follow_the_rate(people, days, rate):
    config = CityConfig(people=people, days=days, seed=1, fraud_phones_per_1000=rate, mules_per_1000=rate)
    counts, due = ring_counts(config), rate * people / 1_000 * days / 7
    assert min(counts.values()) >= 1
    phones = sum(counts[s.name] * s.size for s in SCENARIOS if s.side == "phone")
    mules = sum(counts[s.name] * s.size for s in SCENARIOS if s.side != "phone")
    assert 0.75 * due < phones < 1.1 * due  # scam rings bring the rest of the lines
    assert 0.85 * due < mules < 1.15 * due


def test_prevalence_in_the_stream_is_as_configured(tmp_path):
    summary = simulate(CityConfig(people=6_000, days=2, seed=5, fraud_phones_per_1000=20, mules_per_1000=20,
                                  snapshot=False), tmp_path / "out")
    due = 20 * 6 * 2 / 7
    assert 0.6 * due < summary.cards["fraud_phone"] < 1.6 * due
    assert 0.6 * due < summary.cards["mule"] < 1.6 * due


def test_rates_of_zero_switch_the_rings_off(tmp_path):
    config = CityConfig(people=1_000, days=1, seed=3, fraud_phones_per_1000=0, mules_per_1000=0)
    summary = simulate(config, tmp_path / "out")
    assert not {"fraud_phone", "mule", "victim"} & set(summary.cards)


def test_late_records_stand_where_they_arrive(tmp_path):
    config = CityConfig(people=1_000, days=1, seed=3, late=(0.05, 30))
    simulate(config, tmp_path / "out")
    times = []
    for path in sorted((tmp_path / "out" / "cdr").glob("*.ndjson")):
        times += [int(line.split(b'"event_time":')[1][:13]) for line in path.read_bytes().splitlines()]
    latest, late = 0, []
    for time in times:
        latest = max(latest, time)
        late.append(latest - time)
    assert 0.02 < sum(x > 60_000 for x in late) / len(late) < 0.06
    assert max(late) <= 30 * 60_000
