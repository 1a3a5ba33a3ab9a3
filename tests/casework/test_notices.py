"""Who is told what, when: quiet hours, grouping, nothing twice, nothing forgotten."""

from dataclasses import replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.notices.plan import MOST, AddressBook, plan
from casework.notices.quiet_hours import QuietHours
from casework.notices.subject import STAGES, Kind, State, Subject
from casework.notices.texts import notice_texts

CHINA = ZoneInfo("Asia/Shanghai")
QUIET, NEVER = QuietHours(), QuietHours(time(0), time(0))
BOOK = AddressBook({"li-wei": ["li-mail"], "wang-fang": ["wang-mail", "wang-wecom"]},
                   {"5101": ["chengdu"], "*": ["duty"]})
MINUTE_MS = 60_000


def at(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=CHINA).timestamp() * 1000)


NOON = at("2026-03-02 12:00")


def red_hit(name="h1", officer="li-wei", stage="red") -> Subject:
    return Subject(Kind.HIT, name, stage, officer)


def warning(name="w1", stage="red", officer="li-wei", area="") -> Subject:
    return Subject(Kind.WARNING, name, stage, officer, area)


class Told:
    """A record in memory; a channel in `broken` fails."""

    def __init__(self, quiet=QUIET, broken=()):
        self.record, self.quiet, self.broken, self.went = {}, quiet, set(broken), []

    def round(self, now_ms, *subjects, window_ms=5 * MINUTE_MS):
        made = plan(subjects, self.record.values(), BOOK, self.quiet, window_ms, now_ms)
        for entry in [*made.hold, *made.drop]:
            self.record[entry.place] = entry
        for notice in made.send:
            state = State.FAILED if notice.channel in self.broken else State.SENT
            self.record |= {e.place: replace(e, state=state) for e in notice.entries}
            self.went.append((now_ms, notice))
        return made.send


@pytest.mark.parametrize(("now", "end"), [
    ("2026-03-01 21:59:59", None), ("2026-03-01 22:00:00", "2026-03-02 07:00"),
    ("2026-03-02 00:00:00", "2026-03-02 07:00"), ("2026-03-02 06:59:59", "2026-03-02 07:00"),
    ("2026-03-02 07:00:00", None),
])
def test_quiet_hours_go_over_midnight(now, end):
    assert QUIET.end_ms(at(now)) == (at(end) if end else None)


def test_quiet_hours_within_a_day_none_and_where_clocks_are_changed():
    noon = QuietHours(time(12), time(13))
    assert noon.end_ms(at("2026-03-02 12:30")) == at("2026-03-02 13:00") and noon.end_ms(at("2026-03-02 13:00")) is None
    assert NEVER.end_ms(NOON) is None
    # Berlin, the night of 2026-03-29 is an hour shorter: 06:00 UTC is five hours behind midnight there.
    zone = ZoneInfo("Europe/Berlin")
    midnight = round(datetime(2026, 3, 29, 0, tzinfo=zone).timestamp() * 1000)
    assert QuietHours(zone="Europe/Berlin").end_ms(midnight) - midnight == 6 * 60 * MINUTE_MS


def test_hits_are_grouped_by_officer_and_window():
    told = Told()
    hits = [red_hit("h1"), red_hit("h2"), red_hit("h3", "wang-fang")]
    assert told.round(NOON + MINUTE_MS, hits[0]) == []
    assert told.round(NOON + 4 * MINUTE_MS, *hits) == []
    first = told.round(NOON + 5 * MINUTE_MS, *hits)
    assert [(n.channel, [e.subject for e in n.entries]) for n in first] == [
        ("li-mail", ["hit:h1", "hit:h2"]), ("wang-mail", ["hit:h3"]), ("wang-wecom", ["hit:h3"])]
    assert told.round(NOON + 10 * MINUTE_MS, *hits) == []


def test_what_is_held_at_night_goes_out_together_in_the_morning_and_warnings_do_not_wait():
    told = Told()
    late, lead = at("2026-03-01 23:00"), Subject(Kind.LEAD, "L1", "pressing", "li-wei")
    sent = told.round(late, red_hit(), lead, warning("w1"), warning("w2"))
    assert [[e.subject for e in n.entries] for n in sent] == [["warning:w1"], ["warning:w2"]]
    assert told.round(at("2026-03-02 06:59"), red_hit(), lead, warning("w1"), warning("w2")) == []
    morning, = told.round(at("2026-03-02 07:00"), red_hit(), lead)
    assert [e.subject for e in morning.entries] == ["hit:h1", "lead:L1"]


def test_what_was_due_while_nothing_ran_waits_for_the_end_of_quiet_hours():
    told = Told()
    told.round(at("2026-03-01 21:50"), red_hit())
    assert told.round(at("2026-03-01 22:30"), red_hit()) == []
    assert [e.due_ms for e in told.record.values()] == [at("2026-03-02 07:00")]


def test_a_level_raised_is_told_once_more_and_a_level_lowered_is_not():
    told = Told(NEVER)
    levels = ["yellow", "orange", "yellow", "orange", "red", "red"]
    sent = [len(told.round(NOON + k, warning(stage=level))) for k, level in enumerate(levels)]
    assert sent == [1, 1, 0, 0, 1, 0]


def test_what_changed_while_it_was_held_is_told_as_it_stands_then():
    told = Told()
    night, morning = at("2026-03-01 23:00"), at("2026-03-02 07:00")
    told.round(night, red_hit(stage="orange"), red_hit("h2"), red_hit("h3"))
    told.round(night + 1, red_hit(stage="red"), red_hit("h2", "wang-fang"))
    sent = told.round(morning, red_hit(stage="red"), red_hit("h2", "wang-fang"))
    assert sorted((n.officer, e.subject, e.stage) for n in sent for e in n.entries) == [
        ("li-wei", "hit:h1", "red"), ("wang-fang", "hit:h2", "red"), ("wang-fang", "hit:h2", "red")]
    assert sum(e.state is State.DROPPED for e in told.record.values()) == 3


def test_without_a_channel_of_their_own_it_goes_to_the_narrowest_station():
    assert BOOK.channels("zhao-min", "510104") == ("chengdu",)
    assert BOOK.channels("", "5107") == BOOK.channels("", "") == ("duty",)
    assert BOOK.channels("li-wei", "510104") == ("li-mail",)


def test_where_all_channels_failed_the_station_is_told():
    told = Told(broken={"li-mail"})
    assert [n.channel for n in told.round(NOON, warning())] == ["li-mail"]
    assert [n.channel for n in told.round(NOON + 1, warning())] == ["duty"]
    assert told.round(NOON + 2, warning()) == []
    told = Told(broken={"wang-mail"})
    told.round(NOON, warning(officer="wang-fang"))
    assert told.round(NOON + 1, warning(officer="wang-fang")) == [], "one of two channels took it"


def test_what_was_only_intended_goes_out_again_under_its_id():
    told = Told()
    first, = plan([warning()], [], BOOK, QUIET, 0, NOON).send
    told.record |= {e.place: e for e in first.entries}
    again, = told.round(NOON + 1, warning())
    assert again.again and again.notice_id == first.notice_id
    unknown = notice_texts(again, {})[1]
    assert "w1" in unknown and first.notice_id in unknown


def test_a_flood_becomes_notices_that_can_be_read():
    hits = [red_hit(f"h{k:03}") for k in range(2 * MOST + 1)]
    told = Told(NEVER)
    told.round(NOON, *hits)
    assert [len(n.entries) for n in told.round(NOON + 5 * MINUTE_MS, *hits)] == [MOST, MOST, 1]


def test_texts_are_in_both_languages():
    facts = {"card": "…5678", "codes": ["D301"], "yuan": "8,000.00"}
    known = replace(warning(), facts=facts)
    notice, = plan([known], [], BOOK, QUIET, 0, NOON).send
    title, body = notice_texts(notice, {known.key: known})
    assert title == "断卡 Duanka: 受害人预警（红色） / victim warning (red)"
    assert all(word in body for word in ("…5678", "D301", "8,000.00", "w1", "请立即联系", "reach them now", "li-wei"))
    lead = Subject(Kind.LEAD, "L1", "overdue", "li-wei", facts={"card": "…0002", "due": "2026-03-01 18:00"})
    notice, = plan([lead], [], BOOK, NEVER, 0, NOON).send
    title, body = notice_texts(notice, {lead.key: lead})
    assert "已逾期" in title and "overdue" in title and "2026-03-01 18:00" in body and "reach them" not in body


subject = st.builds(
    lambda kind, name, rank, officer: Subject(kind, name, STAGES[kind][rank % len(STAGES[kind])], officer),
    st.sampled_from(Kind), st.sampled_from("abc"), st.integers(0, 3), st.sampled_from(["li-wei", ""]))
subjects = st.lists(subject, max_size=5, unique_by=lambda s: s.key)
looks = st.lists(st.tuples(st.integers(1, 8 * 60), subjects), max_size=12)


@given(looks)
@settings(max_examples=150, deadline=None)
def test_every_warning_goes_out_once_at_once_and_alone_and_the_others_never_at_night(looks):
    told, now_ms, highest = Told(), NOON, {}
    for minutes, subjects in looks:
        now_ms += minutes * MINUTE_MS
        expected = []
        for s in subjects:
            rank = STAGES[s.kind].index(s.stage)
            if s.kind is Kind.WARNING and rank > highest.get(s.key, -1):
                highest[s.key] = rank
                expected.append((s.key, s.stage))
        sent = told.round(now_ms, *subjects)
        warnings = [n for n in sent if n.entries[0].kind is Kind.WARNING]
        assert sorted((e.subject, e.stage) for n in warnings for e in n.entries) == sorted(expected)
        assert all(len(n.entries) == 1 for n in warnings)
        assert QUIET.end_ms(now_ms) is None or len(warnings) == len(sent)
    places = [e.place for _, n in told.went for e in n.entries]
    assert len(places) == len(set(places))
    assert len({n.notice_id for _, n in told.went}) == len(told.went)
    assert not any(e.kind is Kind.WARNING and e.state is State.HELD for e in told.record.values())
