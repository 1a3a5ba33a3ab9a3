"""Where commands of case work are carried out: read, decide, add, with one place for each of the three."""

import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace

from casework.card_case import CardCase, card_case
from casework.chain import chained
from casework.event import SYSTEM, Act, Event
from casework.lead_case import Lead, LeadCase, lead_case
from casework.measures import CardFacts
from casework.officers import Officer, acting, add_officer, officer_from, retire_officer
from casework.policy import Policy
from casework.refusal import CaseConflict, CaseRefused
from casework.warning_case import VictimWarning, WarningCase, warning_case
from connectors.case_log import all_events, append_events, card_of, events_of, note_lookup
from connectors.clickhouse import Store
from connectors.queries.case_facts import area_of, known_of_card
from connectors.queries.lead_list import lead_list
from connectors.queries.warning_list import warnings_with
from jobs.casework.lead_clock import due_of
from jobs.casework.log_rows import event_of, row_of

DAY_MS = 86_400_000
#: Own programs note things between people's acts; so often a place in the log is tried for (ours).
_ATTEMPTS = 5


class Desk:
    """Case work on one store.

    Parameters
    ----------
    store : Store
        With the tables of this release.
    policy : Policy
    clock : callable
        UTC milliseconds.
    """

    def __init__(self, store: Store, policy: Policy, clock: Callable[[], int] = lambda: time.time_ns() // 1_000_000):
        self.store = store
        self.policy = policy
        self.now_ms = clock

    def events(self, subject: str) -> list[Event]:
        """The events of a subject, ``lead:ID``, ``card:KIND:NUMBER``, ``warning:ID`` or ``officer:NAME``; by number."""
        by_seq: dict[int, Event] = {}
        for row in events_of(self.store, subject):
            by_seq.setdefault(row["seq"], event_of(row))
        return list(by_seq.values())

    def chains(self, prefix: str = "", actions: Sequence[str] = ()) -> dict[str, list[Event]]:
        """The events of all subjects whose names begin so; only such actions, if their beginnings are given."""
        found = all_events(self.store, prefix, actions)
        return {subject: [event_of(row) for row in rows] for subject, rows in found.items()}

    def officer(self, name: str) -> Officer | None:
        return officer_from(self.events(f"officer:{name}"))

    def officers(self) -> list[Officer]:
        return [o for chain in self.chains("officer:").values() if (o := officer_from(chain))]

    def look_up(self, officer: str, purpose: str, command: str, subject: str) -> Officer:
        """Note a look-up, before anything is shown.

        Raises
        ------
        CaseRefused
            An unknown or inactive officer, or no purpose.
        """
        known = acting(self.officer(officer), officer)
        self.note_look(known, purpose, command, subject)
        return known

    def note_look(self, officer: Officer, purpose: str, command: str, subject: str) -> None:
        """As `look_up`, of an officer who was found to be active just before.

        Raises
        ------
        CaseRefused
            No purpose.
        """
        if not purpose.strip():
            raise CaseRefused("no_purpose", "查询须写明目的（--purpose）", "a look-up needs a purpose (--purpose)")
        note_lookup(self.store, self.now_ms(), officer.name, purpose.strip(), command, subject)

    def carry_out(self, subject: str, act: Act, decide: Callable[[Sequence[Event], Act], list[Act]],
                  seen: int | None = None) -> list[Event]:
        """Add what `decide` makes of an act, and return the events of this command.

        A command that was carried out before is not carried out again: its events are returned. So are
        they where the same command is sent twice at one moment, by whatever processes.

        Parameters
        ----------
        seen : int, optional
            Number of the last event that whoever acts had before their eyes; what happens at this
            moment is a conflict in any case. Notes of our own programs are none.

        Raises
        ------
        CaseRefused
            The rules forbid it.
        CaseConflict
            Somebody acted on the subject since; nothing was added.
        """
        act = replace(act, command_id=act.command_id or uuid.uuid4().hex, at_ms=act.at_ms or self.now_ms())
        since: list[Event] = []
        for _ in range(_ATTEMPTS):
            before = self.events(subject)
            done = [event for event in before if event.act.command_id == act.command_id]
            if done:
                return done
            since = [event for event in before if seen is not None and event.seq > seen
                     and not event.act.officer.startswith(SYSTEM)]
            if since:
                break
            added = chained(subject, before, decide(before, act))
            if not added or append_events(self.store, [row_of(event) for event in added]):
                return added
            seen = before[-1].seq if before else 0
        raise CaseConflict("conflict", "另一名民警刚刚办理了同一事项；请查看最新情况后重试",
                           "somebody else acted on the same case at the same moment; look again, then repeat", since)

    def on_officer(self, name: str, act: Act, how: Callable[..., list[Act]], **given) -> list[Event]:
        """Register or retire an officer: `how` is `add_officer` or `retire_officer`."""
        by = self.officer(act.officer)
        if how is add_officer:
            given["is_first"] = not any(o.active for o in self.officers())
        elif how is not retire_officer:
            raise TypeError(how)
        return self.carry_out(f"officer:{name}", act, lambda before, a: how(officer_from(before), by, a, name, **given))

    def lead(self, lead_id: str) -> Lead:
        """A lead that has come in.

        Raises
        ------
        CaseRefused
            There is none of this id.
        """
        rows = lead_list(self.store, lead_id=lead_id)
        if not rows:
            raise CaseRefused("unknown_lead", f"没有编号为 {lead_id} 的线索；见 duanka lead list",
                              f"there is no lead {lead_id}; see duanka lead list")
        return self.lead_of(rows[0])

    def lead_of(self, row: dict) -> Lead:
        """The lead of a row of `lead_list`."""
        area = row["area"] or area_of(self.store, row["card"])
        return Lead(row["lead_id"], row["card"], row["source"], row["received_ms"], due_of(row, self.policy), area)

    def on_lead(self, lead: Lead, act: Act, decide: Callable[[LeadCase, Act], list[Act]]) -> list[Event]:
        return self.carry_out(f"lead:{lead.lead_id}", act, lambda before, a: decide(lead_case(before), a))

    def facts(self, card: str, area: str | None = None) -> CardFacts:
        """What decides about a card, as the store has it now; its area need not be asked where it is known."""
        known = known_of_card(self.store, card, self.now_ms() - self.policy.warning_days * DAY_MS, area)
        hit = known.hit or {"level": None, "hit_id": ""}
        return CardFacts(known.area, hit["level"], hit["hit_id"], known.warnings)

    def case(self, card: str) -> CardCase:
        return card_case(card, self.events(f"card:{card}"))

    def on_card(self, card: str, act: Act, decide: Callable[[CardCase, CardFacts, Act], list[Act]],
                seen: int | None = None) -> list[Event]:
        facts = self.facts(card)
        return self.carry_out(f"card:{card}", act, lambda before, a: decide(card_case(card, before), facts, a), seen)

    def warning(self, warning_id: str) -> VictimWarning:
        """A victim's warning.

        Raises
        ------
        CaseRefused
            There is none of this id.
        """
        rows = warnings_with(self.store, [warning_id])
        if not rows:
            raise CaseRefused("unknown_warning", f"没有编号为 {warning_id} 的预警", f"there is no warning {warning_id}")
        person = rows[0]["person"]
        card = person if ":" in person else f"phone:{person}"
        return VictimWarning(warning_id, card, area_of(self.store, card))

    def on_warning(self, warning: VictimWarning, act: Act, decide: Callable[[WarningCase, Act], list[Act]],
                   seen: int | None = None) -> list[Event]:
        return self.carry_out(f"warning:{warning.warning_id}", act, lambda before, a: decide(warning_case(before), a),
                              seen)

    def card_with(self, field: str, identity: str) -> str:
        """The card of a measure or appeal.

        Raises
        ------
        CaseRefused
            There is none of this id.
        """
        card = card_of(self.store, field, identity)
        if card is None:
            word = {"measure": "措施", "appeal": "申诉"}[field]
            raise CaseRefused(f"unknown_{field}", f"没有编号为 {identity} 的{word}；见 duanka {field} list",
                              f"there is no {field} {identity}; see duanka {field} list")
        return card
