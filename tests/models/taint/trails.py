"""Random money trails, as events of the oracle and as rows of the follower."""

import numpy as np
import pyarrow as pa
from hypothesis import strategies as st

from features.events import CHANNELS
from features.hashing import hash_strings
from features.roles import ACCOUNT_SEED
from features.taint_rows import CLEARED_NOTE, REPORTED, TAINT_ROW, in_order, payments, source
from features.validate import ABSENT

ATM, MOBILE = CHANNELS.index("atm"), CHANNELS.index("mobile")


def pay(time, payer, payee, amount, balance=None, cash=False, reported=False):
    return ("pay", time, payer, payee, amount, balance, cash, reported)


def rows_of(events) -> np.ndarray:
    """Rows in the order of the events: uids count up, notes carry theirs."""
    parts = []
    for number, event in enumerate(events, 1):
        if event[0] == "pay":
            _, time, payer, payee, amount, balance, cash, reported = event
            row = payments(
                np.array([time]), np.array([number], np.uint64), pa.array([payer]), pa.array([payee]),
                np.array([amount]), np.array([ABSENT if balance is None else balance]),
                np.array([ATM if cash else MOBILE], np.int8),
            )  # fmt: skip
            row["what"] = REPORTED if reported else 0
        elif event[0] == "source":
            row = source(event[2], event[1], event[3], event[4])
        else:
            row = source(event[2], event[1], what=CLEARED_NOTE)
        row["uid"] = number
        parts.append(row)
    return np.concatenate(parts) if parts else np.empty(0, TAINT_ROW)


def entity(account: str) -> int:
    return int(hash_strings(pa.array([account]), ACCOUNT_SEED)[0])


@st.composite
def trails(draw, most=25, balances=True, cash=True, clears=True):
    """Events among few accounts, in order, times often equal."""
    name = st.sampled_from("ABCDEF")
    events = [("source", 0, draw(name), draw(st.one_of(st.none(), st.integers(1, 40))), None)]
    time = 0
    for _ in range(draw(st.integers(1, most))):
        time += draw(st.sampled_from([0, 0, 1, 5, 100]))
        kind = draw(st.integers(0, 19))
        if kind == 0:
            left, until = draw(st.one_of(st.none(), st.integers(1, 40))), draw(st.one_of(st.none(), st.just(time + 50)))
            events.append(("source", time, draw(name), left, until))
        elif kind == 1 and clears:
            events.append(("clear", time, draw(name)))
        else:
            balance = draw(st.one_of(st.none(), st.integers(-5, 60))) if balances and kind < 9 else None
            out = cash and kind == 19
            reported = kind == 18
            events.append(pay(time, draw(name), draw(name), draw(st.integers(1, 30)), balance, out, reported))
    return events


def ordered(events) -> np.ndarray:
    return in_order([rows_of(events)])
