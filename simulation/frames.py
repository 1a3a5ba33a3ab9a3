"""Events as numpy rows, before they become lines.

A generator fills what it knows; :mod:`simulation.finish` fills the rest for everybody alike.
"""

import numpy as np

VOICE, SMS = 0, 1
#: Not stated by the generator: to be filled by the caller's own handset, place, device, address.
UNSET = -1
#: A caller outside the line table (platforms, unknown numbers): `number` is used, no handset.
NO_LINE = -1

#: Values of `act`, which only dates ``truth.csv``: ordinary life, the part of a look-alike, the part of
#: a ring, a ring's talk with its victim (which dates the victim as well).
NO_PART, HONEST_PART, RING_PART, TALK_PART = range(4)
CALL = np.dtype([("time", "i8"), ("arrive", "i8"), ("caller", "i4"), ("number", "i8"), ("callee", "i8"),
                 ("kind", "i1"), ("answered", "i1"), ("act", "i1"), ("duration", "i4"), ("imei", "i8"),
                 ("cell", "i4")])
PAY = np.dtype([("time", "i8"), ("payer", "i4"), ("payee", "i4"), ("amount", "i8"), ("step", "i4"), ("mode", "i1"),
                ("channel", "i1"), ("memo", "i1"), ("act", "i1"), ("device", "i8"), ("ip", "i8"), ("area", "i2"),
                ("balance", "i8")])

#: How `amount` is read by the ledger: fen, thousandths of the payer's balance, at most so many fen.
EXACT, SHARE, UP_TO = 0, 1, 2
COUNTER, ATM, POS, ONLINE, MOBILE, THIRD_PARTY = range(6)
MEMOS = ("", "转账", "货款", "还款", "工资", "房租", "红包", "消费", "水电费", "聚会",
         "房贷", "借款", "理财", "生活费", "结算")
(NO_MEMO, M_TRANSFER, M_GOODS, M_REPAY, M_WAGE, M_RENT, M_RED, M_SHOP, M_BILL, M_PARTY, M_LOAN, M_BORROW, M_FUND,
 M_LIVING, M_SETTLE) = range(len(MEMOS))
#: What people write with a transfer to another person, empty most of the time; rings do the same.
PERSONAL_MEMOS = np.array((NO_MEMO,) * 6 + (M_TRANSFER,) * 4 + (M_GOODS, M_REPAY, M_BORROW, M_LIVING), np.int8)


def calls(time, caller, callee, *, kind=VOICE, answered=1, duration=0, act=0, imei=UNSET, cell=UNSET,
          number=0) -> np.ndarray:
    """Call rows; `caller` is a line, `callee` a number; scalars are repeated."""
    rows = np.empty(len(time), CALL)
    rows["time"], rows["arrive"] = time, time
    for name, value in (("caller", caller), ("number", number), ("callee", callee), ("kind", kind),
                        ("answered", answered), ("duration", duration), ("act", act), ("imei", imei), ("cell", cell)):
        rows[name] = value
    return rows


def pays(time, payer, payee, amount, *, mode=EXACT, step=1, channel=MOBILE, memo=NO_MEMO, act=0, device=UNSET,
         ip=UNSET, area=UNSET) -> np.ndarray:
    """Payment orders; `payer` and `payee` are accounts, `amount` is read by `mode`, rounded down to `step` fen."""
    rows = np.empty(len(time), PAY)
    for name, value in (("time", time), ("payer", payer), ("payee", payee), ("amount", amount), ("mode", mode),
                        ("step", step), ("channel", channel), ("memo", memo), ("act", act), ("device", device),
                        ("ip", ip), ("area", area), ("balance", 0)):
        rows[name] = value
    return rows


NO_CALLS = np.empty(0, CALL)
NO_PAYS = np.empty(0, PAY)
