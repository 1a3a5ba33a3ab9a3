"""What may have to be told: warnings, hits and leads as the store has them."""

from dataclasses import replace
from datetime import datetime
from zlib import crc32
from zoneinfo import ZoneInfo

from casework.assignment import handler_for
from casework.clocks import Clock, state_of
from casework.notices.subject import Kind, Subject, last_four
from casework.officers import Officer
from connectors.queries.case_facts import areas_of
from connectors.queries.hit_list import hits
from connectors.queries.lead_list import lead_list
from connectors.queries.notice_rows import warned_since
from connectors.queries.warning_list import WARNING_LEVELS
from jobs.casework.desk import Desk
from jobs.casework.lead_clock import due_of
from jobs.notices.settings_file import NoticeSettings

#: Leads and officers are asked for at most so often, ms (ours): their clocks run in hours.
SLOW_MS = 30_000
#: Hits of one look (ours); the worst come first.
MOST_HITS = 10_000
#: An area is kept for so long, ms (ours): a card nobody knew may have been opened since.
AREAS_KEPT_MS = 600_000
#: Cards of one read (ours).
_CARDS_AT_ONCE = 2000


class Sources:
    """Subjects of notices, no older than a setting says; keeps what changes slowly."""

    def __init__(self, desk: Desk, settings: NoticeSettings):
        self._desk = desk
        self._settings = settings
        self._areas: dict[str, str] = {}
        self._areas_ms = self._slow_ms = 0
        self._officers: list[Officer] = []
        self._leads: list[dict] = []

    def subjects(self, now_ms: int) -> list[Subject]:
        """Return all subjects that are young enough, whether told or not."""
        since_ms = now_ms - self._settings.max_age_h * 3_600_000
        if now_ms - self._slow_ms >= min(SLOW_MS, self._settings.poll_s * 10_000):
            self._officers = self._desk.officers()
            self._leads = lead_list(self._desk.store, open_only=True)
            self._slow_ms = now_ms
        found = [*self._warnings(since_ms), *self._hits(since_ms), *self._due_leads(since_ms, now_ms)]
        self._learn_areas({card for card, _ in found}, now_ms)
        return [self._addressed(subject, self._areas[card]) for card, subject in found]

    def _warnings(self, since_ms: int) -> list[tuple[str, Subject]]:
        level = WARNING_LEVELS[self._settings.warning_level]
        found = []
        for row in warned_since(self._desk.store, since_ms, level):
            person = row["person"] if ":" in row["person"] else f"phone:{row['person']}"
            facts = {"card": last_four(person), "codes": row["typologies"],
                     "yuan": f"{row['amount_fen'] / 100:,.2f}" if row["amount_fen"] else ""}
            found.append((person, Subject(Kind.WARNING, row["warning_id"], row["level"], facts=facts)))
        return found

    def _hits(self, since_ms: int) -> list[tuple[str, Subject]]:
        handlers = {row["card"]: row["handler"] for row in self._leads if row["handler"]}
        rows = hits(self._desk.store, self._settings.hit_level, since_ms, limit=MOST_HITS)
        return [(row["card"], Subject(Kind.HIT, row["hit_id"], row["level"], handlers.get(row["card"], ""),
                                      facts={"card": last_four(row["card"]), "codes": row["typologies"]}))
                for row in rows]

    def _due_leads(self, since_ms: int, now_ms: int) -> list[tuple[str, Subject]]:
        found = []
        for row in self._leads:
            due_ms = due_of(row, self._desk.policy)
            clock = state_of(due_ms, now_ms, self._desk.policy)
            if clock in (Clock.PRESSING, Clock.OVERDUE) and due_ms >= since_ms:
                facts = {"card": last_four(row["card"]), "due": self._local(due_ms)}
                lead = Subject(Kind.LEAD, row["lead_id"], str(clock), row["handler"], facts=facts)
                found.append((row["card"], lead))
        return found

    def _addressed(self, subject: Subject, area: str) -> Subject:
        officer = subject.officer or covering(area, subject.identity, self._officers)
        return replace(subject, officer=officer, area=area)

    def _learn_areas(self, cards: set[str], now_ms: int) -> None:
        if now_ms - self._areas_ms >= AREAS_KEPT_MS:
            self._areas, self._areas_ms = {}, now_ms
        new = sorted(cards - self._areas.keys())
        for k in range(0, len(new), _CARDS_AT_ONCE):
            some = new[k : k + _CARDS_AT_ONCE]
            self._areas |= dict.fromkeys(some, "") | areas_of(self._desk.store, some)

    def _local(self, ms: int) -> str:
        return datetime.fromtimestamp(ms / 1000, ZoneInfo(self._settings.time_zone)).strftime("%Y-%m-%d %H:%M")


def covering(area: str, identity: str, officers: list[Officer]) -> str:
    """Return the officer of an area who is told of what is nobody's lead, empty if nobody covers it.

    Of several of the same narrowness always the same one for an identity, so that what is held does not
    change hands; over many identities each has a share.
    """
    share = {o.name: crc32(f"{identity} {o.name}".encode()) for o in officers}
    found = handler_for(area, officers, share)
    return found.name if found else ""


