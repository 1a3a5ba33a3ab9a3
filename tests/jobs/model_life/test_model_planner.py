"""Changes of models in the plan: where they stand, from when they count, and what is refused."""

import pytest

from connectors.model_registry import ModelRegistry
from jobs.flink.protocol import Chunk
from jobs.model_life.load import models_of_run, starting_models
from jobs.model_life.model_planner import ModelPlanner
from jobs.model_life.takeover import FROM_START_MS, BadTakeover, Takeover, is_takeover, read_payload
from models.learned.model_snapshot import BadModelSnapshot
from tests.jobs.model_life.models import stored

LATENESS_MS = 5
WHO = ("Li Wei", "why")


def chunk(low_ms: int) -> Chunk:
    return Chunk("cdr", "/bus/a", low_ms, low_ms + 1, low_ms)


@pytest.fixture
def registry(tmp_path) -> ModelRegistry:
    made = ModelRegistry(tmp_path / "models")
    stored(made, 0.0, 1.0, 2.0)
    return made


def planner(registry, lows=(), follow=True, planned=()):
    """A planner and what it is given: chunks that begin at `lows`, then nothing."""
    waiting = [chunk(low) for low in lows]
    made = ModelPlanner(lambda: waiting.pop(0) if waiting else None, registry, "run-1", LATENESS_MS, follow)
    assert list(made.skip(planned)) == [c for c in planned if not c.control]
    made.waiting = waiting
    return made


def told(given: Chunk | None):
    """(role, number, from when) of a takeover, else where the chunk begins."""
    if given is None:
        return None
    if not given.control:
        return given.low_ms
    takeover = Takeover.from_text(given.control)
    return takeover.role, takeover.number, takeover.effective_ms


def plan(made):
    return [told(c) for c in iter(made, None)]


@pytest.mark.parametrize("follow", [False, True])
def test_a_run_begins_with_champion_and_shadow(registry, follow):
    registry.publish(2, *WHO)
    registry.shadow(3, *WHO)
    made = planner(registry, [10, 20], follow)
    begin = [("champion", 2, FROM_START_MS), ("shadow", 3, FROM_START_MS)]
    assert plan(made) == [*begin, 10, 20]


def test_without_a_registry_there_are_only_chunks(tmp_path):
    assert plan(planner(ModelRegistry(tmp_path / "none"), [10, 20])) == [10, 20]
    assert not (tmp_path / "none").exists()


def test_a_publication_counts_from_where_event_time_has_come(registry):
    made = planner(registry, [10, 30])
    assert [told(made()), told(made())] == [10, 30]
    registry.publish(1, *WHO)
    assert told(made()) == ("champion", 1, 30 - LATENESS_MS)
    assert made() is None
    made.waiting.append(chunk(50))
    assert plan(made) == [50]
    registry.rollback(*WHO)
    assert plan(made) == [("champion", 0, 50 - LATENESS_MS)]


def test_no_row_that_a_model_scores_was_let_out_before_it(registry):
    """The watermark of everything planned before a change stays below its event time."""
    made = planner(registry, [10, 10, 40, 41])
    watermark_ms = -1
    deeds = iter([lambda: registry.publish(1, *WHO), lambda: registry.shadow(2, *WHO), lambda: registry.promote(*WHO)])
    for given in iter(made, None):
        at = told(given)
        if isinstance(at, tuple):
            assert at[2] > watermark_ms
        assert given.low_ms - LATENESS_MS - 1 >= watermark_ms
        watermark_ms = given.low_ms - LATENESS_MS - 1
        next(deeds, lambda: None)()


def test_a_wish_for_later_waits_for_its_time_and_not_a_chunk_longer(registry):
    made = planner(registry, [10])
    assert told(made()) == 10
    registry.publish(1, *WHO, from_ms=32)
    assert made() is None
    made.waiting.extend([chunk(36), chunk(37), chunk(60)])
    # A chunk at 36 lets out what is before 31, the one at 37 what is before 32.
    assert plan(made) == [36, ("champion", 1, 32), 37, 60]


def test_the_last_word_counts_also_against_a_wish_for_later(registry):
    made = planner(registry, [10])
    made()
    registry.publish(1, *WHO, from_ms=50)
    assert made() is None
    registry.rollback(*WHO)
    made.waiting.extend([chunk(100), chunk(200)])
    assert plan(made) == [100, 200]


def test_a_wish_for_the_past_counts_from_now(registry):
    made = planner(registry, [100])
    made()
    registry.publish(1, *WHO, from_ms=3)
    assert plan(made) == [("champion", 1, 100 - LATENESS_MS)]


def test_a_promotion_changes_both_roles(registry):
    registry.shadow(2, *WHO)
    made = planner(registry, [10])
    assert plan(made) == [("shadow", 2, FROM_START_MS), 10]
    registry.promote(*WHO)
    assert plan(made) == [("champion", 2, 5), ("shadow", 0, 5)]


def test_of_several_deeds_at_once_the_last_counts(registry):
    made = planner(registry, [10])
    made()
    for number in (1, 2, 3):
        registry.publish(number, *WHO)
    registry.rollback(*WHO)
    assert plan(made) == [("champion", 2, 5)]


def test_a_bounded_run_keeps_what_it_began_with(registry):
    made = planner(registry, [10, 20], follow=False)
    assert told(made()) == 10
    registry.publish(1, *WHO)
    assert plan(made) == [20]


def test_what_was_taken_is_noted_after_it_was_planned(registry):
    registry.publish(1, *WHO)
    made = planner(registry, [10])
    made()
    assert [e for e in registry.events() if e.action == "taken"] == []
    assert plan(made) == [10]
    assert [(e.number, e.from_ms, e.by) for e in registry.events() if e.action == "taken"] == [
        (1, FROM_START_MS, "run-1")]  # fmt: skip


def test_after_a_restart_the_plan_goes_on(registry):
    """Also where the job died between the plan log and the note in the registry."""
    registry.publish(1, *WHO)
    made = planner(registry, [10, 20])
    planned = [made(), made()]
    registry.publish(2, *WHO)
    planned.append(made())
    assert [told(c) for c in planned] == [("champion", 1, FROM_START_MS), 10, ("champion", 2, 5)]
    again = planner(registry, [20], planned=planned)
    assert plan(again) == [20]
    taken = [(e.number, e.from_ms) for e in registry.events() if e.action == "taken"]
    assert taken == [(1, FROM_START_MS), (2, 5)]
    assert [(t.number, t.effective_ms) for t in models_of_run(registry, "latest")] == taken


def test_a_damaged_model_is_refused_and_the_old_one_stays(registry, caplog):
    registry.publish(1, *WHO)
    made = planner(registry, [10, 20, 30])
    made(), made()
    damaged = registry.find(2)
    damaged.path.write_bytes(damaged.path.read_bytes()[:-3])
    registry.publish(2, *WHO)
    assert [told(made()), told(made())] == [20, 30]
    assert "the champion stays as it is: model 2" in caplog.text and "damaged" in caplog.text
    refused = [e for e in registry.events() if e.action == "refused"]
    assert [(e.number, e.by) for e in refused] == [(2, "run-1")] and "damaged" in refused[0].why
    registry.publish(3, *WHO)
    assert plan(made) == [("champion", 3, 25)]


def test_a_file_under_anothers_name_is_refused(registry):
    one, two = registry.find(1), registry.find(2)
    two.path.write_bytes(one.path.read_bytes())
    registry.publish(2, *WHO)
    with pytest.raises(BadModelSnapshot, match=f"its content is that of version {one.version}"):
        starting_models(registry)


def test_a_log_that_was_edited_leaves_the_models_as_they_are(registry, caplog):
    made = planner(registry, [10, 20])
    made()
    with (registry.folder / "log.jsonl").open("a") as log:
        log.write("nonsense\n")
    assert plan(made) == [20]
    assert "models stay as they are" in caplog.text


def test_a_takeover_travels_as_text_and_as_bytes():
    for takeover in (Takeover("shadow", -5, bytes(range(256)), 7, "ab", 9), Takeover("champion", 2**62, b"")):
        assert Takeover.from_text(takeover.to_text()) == takeover
        payload = takeover.to_payload()
        assert is_takeover(payload)
        assert read_payload(payload) == (takeover.blob, takeover.effective_ms, takeover.role)
    for bad in ("", "{}", "nonsense", "[]"):
        with pytest.raises(BadTakeover):
            Takeover.from_text(bad)
    with pytest.raises(BadTakeover):
        read_payload(b"DKM1")
    assert not is_takeover(b"DKB1xxxx") and not is_takeover(b"")
