"""The hours of the city, one after another."""

from pathlib import Path

import numpy as np

from simulation.agenda import Agenda
from simulation.casework import Casework
from simulation.clock import HOUR_MS
from simulation.finish import finish_calls, finish_pays
from simulation.frames import CALL
from simulation.ledger import settle
from simulation.lines import call_lines, pay_lines
from simulation.lookalikes.registry import cast_lookalikes, plan_day
from simulation.openings import CardRegistry, card_lines
from simulation.ordinary.calls import ordinary_calls
from simulation.ordinary.spending import ordinary_spending
from simulation.ordinary.texts import bank_notices, personal_texts, platform_senders, service_texts
from simulation.ordinary.transfers import ordinary_transfers
from simulation.rings.registry import plan_rings
from simulation.shelf import HOURS_PER_FILE, Shelf
from simulation.world import World

TOPICS = ("card", "cdr", "txn", "lead", "verdict")


class Run:
    """One pass over the window; what it has written stands in `shelves`."""

    def __init__(self, world: World, folder: Path):
        self.world = world
        cast_lookalikes(world)
        crooked = plan_rings(world)
        world.truth.freeze(world.phones.number)
        self.cards = CardRegistry(world, crooked)
        self.casework = Casework(world, self.card_of)
        self.senders = platform_senders(world)
        self.shelves = {topic: Shelf(folder / topic) for topic in TOPICS}
        self._arriving = Agenda(CALL, "arrive")
        self._next_id = 1

    def card_of(self, row: int) -> str:
        """Name of the card of a truth row."""
        truth, world = self.world.truth, self.world
        line, account = truth.line[row], truth.account[row]
        return f"phone:{world.phones.number[line]}" if line >= 0 else f"account:{world.accounts.number[account]}"

    def day(self, day: int) -> None:
        """Write one local day."""
        plan_day(self.world, day)
        for hour in range(24):
            last = day == self.world.window.days - 1 and hour == 23
            self._hour(day, hour, last)
            if hour % HOURS_PER_FILE == HOURS_PER_FILE - 1:
                for shelf in self.shelves.values():
                    shelf.cut()

    def _hour(self, day, hour, last):
        world = self.world
        begin = world.window.day(day) + hour * HOUR_MS
        end = begin + HOUR_MS
        world.changes.apply(begin)
        paid = self._due(world.pays, [ordinary_spending(world, day, hour), ordinary_transfers(world, day, hour)], end)
        paid = finish_pays(world, settle(world.accounts.balance, paid), day, hour)
        fresh = [ordinary_calls(world, day, hour), service_texts(world, day, hour, self.senders),
                 personal_texts(world, day, hour), bank_notices(world, paid, day, hour)]
        called = finish_calls(world, self._due(world.calls, fresh, end), day, hour)
        world.truth.observe_calls(called)
        world.truth.observe_pays(paid)
        self._arriving.add(called)
        called = self._arriving.take(np.iinfo(np.int64).max if last else end)
        self._write(called, paid, self.cards.take(end), day, hour)
        self.casework.look()
        self._write_casework(end)

    @staticmethod
    def _due(agenda, fresh, end):
        """Rows of this hour in order; what the generators placed later stays on the agenda."""
        for rows in fresh:
            agenda.add(rows)
        return agenda.take(end)

    def _write(self, called, paid, cards, day, hour):
        """Number the events of all topics in one order of time, then write them."""
        times = (cards["time"], called["arrive"], paid["time"])
        ids = np.empty(sum(map(len, times)), np.int64)
        ids[np.argsort(np.concatenate(times), kind="stable")] = np.arange(self._next_id, self._next_id + len(ids))
        self._next_id += len(ids)
        rng, at = self.world.rng("gaps", day, hour), 0
        for topic, rows, render in (("card", cards, card_lines), ("cdr", called, call_lines), ("txn", paid, pay_lines)):
            for block in render(self.world, rng, rows, ids[at : at + len(rows)]):
                self.shelves[topic].append(block, block.count(b"\n"))
            at += len(rows)

    def _write_casework(self, end):
        leads, n_leads, verdicts, n_verdicts = self.casework.take(end)
        self.shelves["lead"].append(leads, n_leads)
        self.shelves["verdict"].append(verdicts, n_verdicts)
