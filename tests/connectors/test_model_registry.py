"""The registry: numbers, the log, who is champion, and what it refuses."""

import json
import os
import threading

import pytest

from connectors.errors import RegistryError
from connectors.model_registry import NO_MODEL, Action, ModelEvent, ModelRegistry, Roles, roles_after
from connectors.model_registry.mirror import mirror_registry, mirrored_snapshot

WHO = ("Li Wei", "better in shadow")


@pytest.fixture
def registry(tmp_path) -> ModelRegistry:
    clock = iter(range(1_772_420_400_000, 1_772_420_500_000, 1000))
    return ModelRegistry(tmp_path / "models", lambda: next(clock))


def fill(registry, count=3):
    return [registry.add(f"blob {k}".encode(), f"{k:04x}{'0' * 12}", "Li Wei") for k in range(1, count + 1)]


def test_an_unused_registry_is_empty_and_makes_no_folder(registry):
    assert (registry.entries(), registry.events(), registry.stamp()) == ([], [], (0, 0))
    assert registry.roles() == Roles()
    assert not registry.folder.exists()


def test_snapshots_are_numbered_and_kept_as_they_are(registry):
    first, second, _ = fill(registry)
    assert [e.number for e in registry.entries()] == [1, 2, 3]
    assert first.path.name == "000001-0001000000000000.dkm"
    assert registry.read(second) == b"blob 2"
    assert registry.add(b"blob 2", second.version, "Li Wei") == second
    assert len(registry.events()) == 3
    assert sorted(os.listdir(registry.folder)) == sorted([*(e.path.name for e in registry.entries()), "log.jsonl"])


def test_a_model_is_found_by_number_or_beginning_of_its_version(registry):
    first, second, _ = fill(registry)
    assert registry.find(1) == registry.find("000001") == registry.find("0001000") == first
    assert registry.find(second.version) == second
    with pytest.raises(RegistryError, match="no model '9' in the registry .*; there: 1, 2, 3"):
        registry.find("9")
    registry.add(b"x", "0001ffff", "Li Wei")
    assert registry.find("0001") == first  # a number comes first
    with pytest.raises(RegistryError, match="there: it is empty; make one with"):
        ModelRegistry(registry.folder / "other").find(1)


def test_the_log_tells_who_is_what(registry):
    fill(registry)
    registry.publish(1, *WHO)
    registry.shadow(2, *WHO)
    assert (registry.roles().champion, registry.roles().shadow) == (1, 2)
    registry.promote(*WHO)
    assert (registry.roles().champion, registry.roles().shadow) == (2, NO_MODEL)
    registry.publish(3, *WHO)
    for champion in (2, 1, NO_MODEL):
        assert registry.rollback(*WHO).number == champion
        assert registry.roles().champion == champion
    with pytest.raises(RegistryError, match="nothing was published yet"):
        registry.rollback(*WHO)
    assert [e.action for e in registry.events()[3:]] == [
        "publish", "shadow", "promote", "publish", "rollback", "rollback", "rollback"]  # fmt: skip


def test_a_shadow_that_is_published_leaves_the_shadow(registry):
    fill(registry)
    registry.shadow(2, *WHO)
    registry.publish(1, *WHO)
    assert registry.roles().shadow == 2
    registry.publish(2, *WHO)
    assert registry.roles().shadow == NO_MODEL


def test_what_makes_no_sense_is_refused_and_leaves_no_trace(registry):
    fill(registry)
    registry.publish(1, *WHO)
    before = registry.events()
    for deed, said in (
        (lambda: registry.publish(1, *WHO), "champion already"),
        (lambda: registry.publish(7, *WHO), "no model '7'"),
        (lambda: registry.shadow(1, *WHO), "cannot run beside itself"),
        (lambda: registry.shadow(NO_MODEL, *WHO), "no model runs in shadow"),
        (lambda: registry.promote(*WHO), "no shadow to promote"),
        (lambda: registry.publish(2, " ", "why"), "officer"),
        (lambda: registry.publish(2, "Li Wei", ""), "reason"),
    ):
        with pytest.raises(RegistryError, match=said):
            deed()
    assert registry.events() == before


def test_the_log_is_lines_that_people_can_read(registry):
    fill(registry, 1)
    registry.publish(1, "李伟", "更准", from_ms=0)
    line = (registry.folder / "log.jsonl").read_text("utf-8").splitlines()[1]
    assert json.loads(line) == {
        "seq": 2, "at": "2026-03-02T03:00:01.000+00:00", "action": "publish", "number": 1,
        "version": "0001000000000000", "by": "李伟", "why": "更准", "from_ms": 0}  # fmt: skip
    assert "李伟" in line


def test_what_jobs_did_is_noted_once(registry):
    fill(registry, 1)
    deed = registry.publish(1, *WHO)
    for _ in range(2):
        registry.note_taken(deed.seq, "champion", 1, deed.version, 77, "run-1")
        registry.note_refused(deed.seq, "champion", 1, deed.version, "run-2", "damaged")
    registry.note_taken(deed.seq, "champion", 1, deed.version, 99, "run-3")
    taken = [(e.action, e.by, e.from_ms, e.of) for e in registry.events()[2:]]
    assert taken == [("taken", "run-1", 77, 2), ("refused", "run-2", None, 2), ("taken", "run-3", 99, 2)]
    assert registry.roles().champion == 1


def test_a_line_torn_by_a_crash_was_never_an_event(registry):
    fill(registry, 1)
    whole = registry.events()
    with (registry.folder / "log.jsonl").open("a") as log:
        log.write('{"seq": 2, "at": "2026-')
    assert registry.events() == whole
    assert registry.publish(1, *WHO).seq == 2
    assert [e.seq for e in registry.events()] == [1, 2]


@pytest.mark.parametrize("line", ["nonsense", "[]", "{}", '{"seq": 1, "at": "soon", "action": "store", "number": 1}',
                                  '{"seq": 1, "at": "2026-03-02T03:00:01Z", "action": "burn", "number": 1}'])
def test_a_log_that_was_edited_is_refused(registry, line):
    fill(registry, 1)
    with (registry.folder / "log.jsonl").open("a") as log:
        log.write(line + "\n")
    with pytest.raises(RegistryError, match="a line that is no event"):
        registry.events()


def test_many_writers_at_a_time_lose_nothing(registry):
    fill(registry, 1)

    def work(k):
        mine = ModelRegistry(registry.folder)
        for j in range(20):
            mine.note_taken(1, "champion", 1, "v", j, f"run-{k}")

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    events = registry.events()
    assert [e.seq for e in events] == list(range(1, 82))
    assert len({(e.by, e.from_ms) for e in events[1:]}) == 80


def test_every_event_reads_back():
    event = ModelEvent(3, 1_772_420_400_123, Action.TAKEN, 0, "", "run-1", "", -(2**63), "shadow", 2)
    assert ModelEvent.from_line(event.to_line()) == event
    assert roles_after([event]) == Roles()


def test_the_store_gets_a_copy_once(registry, store):
    fill(registry, 2)
    registry.publish(2, *WHO)

    def manifest_of(entry):
        return None if entry.number == 1 else ("{}", registry.read(entry))

    for _ in range(2):
        mirror_registry(store, registry, manifest_of)
    assert mirrored_snapshot(store, registry.find(2).version) == b"blob 2"
    assert mirrored_snapshot(store, registry.find(1).version) is None
    registry.note_taken(3, "champion", 2, registry.find(2).version, -(2**63), "run-1")
    mirror_registry(store, registry, manifest_of)
    rows = store.query("SELECT seq, action, officer, effective_ms FROM model_events ORDER BY seq")
    assert [(r["seq"], r["action"], r["effective_ms"]) for r in rows] == [
        (1, "store", None), (2, "store", None), (3, "publish", None), (4, "taken", -(2**63))]  # fmt: skip
