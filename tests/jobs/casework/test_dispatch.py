"""New leads are given away once, evenly, to those who cover them."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from casework.event import Act
from casework.lead_case import Outcome, close_lead, take_lead
from casework.officers import Role, add_officer
from casework.policy import Policy
from connectors import embedded
from connectors.clickhouse import open_store
from connectors.errors import StoreUnavailableError
from connectors.queries.lead_list import open_load
from connectors.schema import migrate
from jobs.casework.desk import Desk
from jobs.casework.dispatch import dispatch
from jobs.following import follow
from tests.waiting import PATIENCE_S

T0_MS = 1_772_416_800_000
LEADS = 30


@pytest.fixture
def desk(tmp_path):
    with open_store(f"embedded:{tmp_path / 'store'}") as store:
        migrate(store)
        made = Desk(store, Policy())
        for name, role, territory in (("wang", Role.SUPERVISOR, "5107"), ("an", Role.HANDLER, "5101"),
                                      ("bo", Role.HANDLER, "5101")):
            made.on_officer(name, Act("", "wang", 0), add_officer, role=role, territories=(territory,))
        push(store, 0)
        yield made
    embedded.stop(tmp_path / "store")


def push(store, first):
    """Leads on cards of Chengdu, but each tenth of Shenzhen, which nobody covers."""
    numbers = range(first, first + LEADS)
    cards, areas = [f"phone:{n}" for n in numbers], ["440305" if n % 10 == 9 else "510104" for n in numbers]
    store.insert("card", {"uid": list(numbers), "event_id": cards, "event_time": [T0_MS] * LEADS, "card": cards,
                          "action": ["open"] * LEADS, "holder": cards, "branch": ["b"] * LEADS, "area": areas})
    store.insert("lead", {"uid": list(numbers), "lead_id": [f"L{n:03d}" for n in numbers],
                          "pushed_at": [T0_MS + n for n in numbers], "source": ["s"] * LEADS, "card": cards})


def test_evenly_and_once(desk):
    done = dispatch(desk)
    assert Counter(name for _, name in done.given) == {"an": 14, "bo": 13}
    assert done.nobodys == ("L009", "L019", "L029")
    again = dispatch(desk)
    assert again.given == () and again.nobodys == done.nobodys


def test_load_is_what_is_open(desk):
    given = dispatch(desk).given
    mine = [lead_id for lead_id, name in given if name == "an"]
    by = desk.officer("an")
    for lead_id in mine[:6]:
        lead = desk.lead(lead_id)
        desk.on_lead(lead, Act("", "an", 0), lambda case, act, lead=lead: take_lead(case, lead, by, act))
        desk.on_lead(lead, Act("", "an", 0, "查无此卡"),
                     lambda case, act, lead=lead: close_lead(case, lead, by, Outcome.UNDECIDED, None, act))
    push(desk.store, 100)
    # 8 open against 13; 27 more make 24 each
    assert Counter(name for _, name in dispatch(desk).given) == {"an": 16, "bo": 11}


def test_two_dispatchers_at_once_assign_each_lead_once(desk):
    rounds = []

    def work():
        with open_store(desk.store.name) as store:
            rounds.append(dispatch(Desk(store, Policy())))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert len(rounds) == 2
    chains = desk.chains("lead:")
    assert len(chains) == 27 and all(len(chain) == 1 for chain in chains.values())
    assert len(desk.store.query("SELECT lead_id FROM leads_now WHERE handler != ''")) == 27


def test_a_command_that_follows_gives_new_leads_away_and_ends_when_told(desk, tmp_path):
    words = ("lead", "dispatch", "--follow", "0.2", "--store", desk.store.name)
    command = subprocess.Popen([sys.executable, "-m", "jobs.cli.main", *words], cwd=tmp_path, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])})
    try:
        push(desk.store, 100)
        until = time.monotonic() + PATIENCE_S
        while len(open_load(desk.store)) < 2 or sum(open_load(desk.store).values()) < 54:
            assert time.monotonic() < until and command.poll() is None
            time.sleep(0.1)
    finally:
        command.send_signal(signal.SIGTERM)
        out, err = command.communicate(timeout=PATIENCE_S)
    assert command.returncode == 0 and out.count(": an") == out.count(": bo") == 27, err
    assert err.count("leads whose area nobody covers") <= 2 and "Traceback" not in err


def test_a_store_that_is_away_is_waited_for_and_said_once(caplog):
    answers, stop = iter((StoreUnavailableError("no store"), StoreUnavailableError("no store"))), threading.Event()

    def round_():
        error = next(answers, None)
        if error is not None:
            raise error
        stop.set()

    follow(round_, stop, 0, logging.getLogger("duanka.leads"))
    assert [record.message for record in caplog.records] == ["no store; trying again", "the store answers again"]
