"""The city at the start: everything that events are drawn from."""

from dataclasses import dataclass, field

import numpy as np

from simulation.accounts import Accounts, make_accounts
from simulation.agenda import Agenda
from simulation.areas import Cells, make_cells
from simulation.cast import Cast
from simulation.changes import Changes
from simulation.clock import Window
from simulation.config import CityConfig
from simulation.contacts import make_contacts
from simulation.frames import CALL, PAY
from simulation.numbering import scatter
from simulation.people import AWAY_SHARE, People, make_people
from simulation.phones import Phones, make_phones
from simulation.streams import stream
from simulation.truth import Truth


@dataclass
class World:
    """Tables of the city, and what is planned for it.

    `actors` holds, by role, whatever the look-alikes of that role keep from day to day.
    """

    config: CityConfig
    window: Window
    cells: Cells
    people: People
    phones: Phones
    accounts: Accounts
    contacts: np.ndarray
    cast: Cast
    truth: Truth
    holder_code: np.ndarray
    changes: Changes = field(default_factory=Changes)
    calls: Agenda = field(default_factory=lambda: Agenda(CALL))
    pays: Agenda = field(default_factory=lambda: Agenda(PAY))
    actors: dict = field(default_factory=dict)

    def rng(self, name: str, *index: int) -> np.random.Generator:
        """The random stream of one purpose in this city."""
        return stream(self.config.seed, name, *index)


def make_world(config: CityConfig) -> World:
    """Build the city of `config`; about 500 bytes a resident."""
    rng = stream(config.seed, "city")
    window = config.window
    cells = make_cells(rng, config.people)
    codes = scatter(rng, config.people + int(config.people * AWAY_SHARE) + config.people, 10**10)
    people = make_people(rng, config.people, cells, codes)
    phones = make_phones(rng, people, cells, window.begin)
    accounts = make_accounts(rng, people, phones, window.begin)
    return World(config, window, cells, people, phones, accounts, make_contacts(rng, people),
                 Cast(rng, people, phones, accounts), Truth(len(phones), len(accounts)), codes)
