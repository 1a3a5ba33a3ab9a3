"""Changes of shared lists by registered officers: decided by the rules, kept in the log, then said on the bus.

What reaches the bus is what ``duanka watchlist`` puts there. One card is an event of the card and goes out like a
verdict; many at once are one event of the list, and the words themselves are on the bus alone.
"""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from casework.event import Act, Event
from casework.listing import import_list, list_card
from casework.refusal import CaseRefused
from connectors.queries.case_facts import area_of, areas_of
from features.events import WATCHLIST_KINDS
from jobs.casework.bulletin import append_to, note_published, publish
from jobs.casework.desk import Desk
from jobs.settings import Settings
from jobs.watchlist.say import moment_ms, open_bus, say
from jobs.watchlist.table_file import read_words
from jobs.watchlist.words import BadLine, BadWord, Word, checked, signed_reason

_CARDS = ("phone:", "account:")
#: What a list does with its cards.
LISTED_KINDS = WATCHLIST_KINDS


@dataclass(frozen=True)
class Entry:
    """What is to be said of one card, or of all of a sheet: `ends_ms` 0 has no end."""

    list: str
    card: str = ""
    kind: str = ""
    ends_ms: int = 0

    def word(self, act: Act, is_on: bool = True) -> Word:
        """The word, with its reason signed.

        Raises
        ------
        CaseRefused
        """
        if not act.reason.strip():
            raise CaseRefused("no_reason", "更改名单须写明理由", "a change of a list needs a reason")
        try:
            reason = signed_reason(act.reason, act.officer)
        except BadWord as error:
            raise _bad_word(str(error)) from error
        return Word(self.list, self.card, "add" if is_on else "remove", self.kind, reason, self.ends_ms or "")


@dataclass(frozen=True)
class Sheet:
    """Cards as they were handed in.

    Attributes
    ----------
    words : list of (number, Word)
        With the number of their line.
    bad : list of BadLine
        What the job would refuse, and cards outside the officer's territory.
    """

    words: list[tuple[int, Word]]
    bad: list[BadLine]


def change_card(desk: Desk, settings: Settings, act: Act, entry: Entry, is_on: bool) -> list[Event]:
    """Put one card on a list or take it off; the bus is told.

    Raises
    ------
    CaseRefused
        The rules forbid it, or the job would refuse the word.
    TopicError
        The bus does not take it. The log has it, and ``duanka audit publish`` sends it.
    """
    now_ms = desk.now_ms()
    lines, bad = checked([(1, entry.word(act, is_on))], moment_ms(now_ms, settings.lateness_s), now_ms)
    if bad:
        raise _bad_word(bad[0].why)
    by, area = desk.officer(act.officer), area_of(desk.store, entry.card)
    record = orjson.loads(lines[0])
    done = desk.carry_out(f"card:{entry.card}", act, lambda before, a: list_card(by, a, area, record))
    _require_same(done, "word", record)
    publish(desk, append_to(settings), f"card:{entry.card}")
    return done


def read_sheet(desk: Desk, settings: Settings, act: Act, given: Entry, text: str) -> Sheet:
    """Read a CSV, or cards alone, one a line.

    Parameters
    ----------
    given : Entry
        What lines without a value of their own get.

    Raises
    ------
    CaseRefused
        The head line names no column ``card``, or one that is not known; a reason is missing.
    """
    bare, ahead = text.lstrip("\ufeff \r\n"), 0
    if bare.startswith(_CARDS):
        # Lines are told as whoever typed them counts, who wrote no head line.
        text, ahead = "card\n" + bare, text[:len(text) - len(bare)].count("\n") - 1
    try:
        read = list(read_words(io.StringIO(text, newline=""), given.word(act), act.officer))
    except BadWord as error:
        raise _bad_word(str(error)) from error
    words = [each for each in read if not isinstance(each, BadLine)]
    bad = [each for each in read if isinstance(each, BadLine)]
    now_ms = desk.now_ms()
    bad += checked(words, moment_ms(now_ms, settings.lateness_s), now_ms)[1] if words else []
    officer, areas = desk.officer(act.officer), areas_of(desk.store, [word.card for _, word in words])
    away = [BadLine(number, f"area {areas[word.card]} is outside the territory") for number, word in words
            if officer is not None and not officer.covers(areas.get(word.card, ""))]
    named = {line.number for line in [*bad, *away]}
    return Sheet([each for each in words if each[0] not in named],
                 sorted((BadLine(line.number + ahead, line.why) for line in [*bad, *away]),
                        key=lambda line: line.number))


def import_sheet(desk: Desk, settings: Settings, act: Act, name: str, words: Sequence[tuple[int, Word]]) -> list[Event]:
    """Put the cards of a sheet on their lists, as one event of the list that was named.

    Raises
    ------
    CaseRefused
    TopicError
        The bus does not take it; the same act given again says the words again.
    """
    by = desk.officer(act.officer)
    digest = hashlib.sha256(b"".join(word.line(0) + b"\n" for _, word in words)).hexdigest()
    done = desk.carry_out(f"list:{name}", act, lambda before, a: import_list(by, a, name, len(words), digest))
    _require_same(done, "sha256", digest)
    told = {e.act.payload["seq"] for e in desk.events(f"list:{name}") if e.act.action == "published"}
    for event in done:
        if event.act.action != "list_imported" or event.seq in told:
            continue
        bus = open_bus(settings.bus, lambda: settings.bus_folder)
        try:
            say(words, bus, settings.lateness_s, None)
        finally:
            bus.close()
        note_published(desk, event, "watchlist")
    return done


def _require_same(done: Sequence[Event], name: str, asked: Any) -> None:
    """Refuse a form that was sent before and then changed: what was done first stands."""
    first = done[0].act.payload.get(name) if done else asked
    if isinstance(asked, dict):
        # A form sent again is sent later.
        first, asked = first | {"event_time": 0}, asked | {"event_time": 0}
    if first != asked:
        raise CaseRefused("sent_already", "这张表单已提交过，内容不同；请重新打开页面",
                          "this form was sent already and says something else now; open the page anew")


def _bad_word(why: str) -> CaseRefused:
    return CaseRefused("bad_word", f"名单条目不合格式：{why}", f"the entry is not well formed: {why}")
