"""What is kept of each account that is followed, and of the money in it: columns of plain arrays.

Money is integer fen throughout. What a row says of money adds up, to the fen::

    IN + INJECTED = HERE + OUT + WITHDRAWN + STOPPED + UNSEEN + CLEARED
"""

import numpy as np

# Of an account, int64.
IN = 0  # tainted money that came in, by a reported payment too
OUT = 1  # tainted money that went on to accounts
HERE = 2  # tainted money that lies there
INJECTED = 3  # money that became tainted here, it being a source
WITHDRAWN = 4  # left as cash or goods
STOPPED = 5  # followed no further, for any reason
UNSEEN = 6  # the balance says that it left, no payment does
CLEARED = 7  # was tainted here until a verdict cleared the card
CLEAN = 8  # other money that lies there, as far as known
ALL_IN = 9  # everything that came in while tainted money lay there, or with it
RETURNED = 10  # tainted money that had passed here before
QUICK = 11  # tainted money that came through a chain that counts as layering
QUICK_HOPS = 12  # the longest such chain
FIRST_MS = 13
LAST_MS = 14  # tainted money last came or left
LEAST_HOPS = 15
HOPS_FEN = 16  # sum of fen times hops over IN
HEAD = 17  # first and last lot, -1 without
TAIL = 18
PARENT = 19  # account through which tainted money first came, as an entity; 0 without
KNOWN = 20  # 1 once a balance told how much money lies there
SOURCE = 21  # 1 while it is a source
LEFT = 22  # fen that it may still inject, -1 without limit
UNTIL_MS = 23
NUMBER = 24  # decimal number of the account, and how many digits it has; 0 where it is a name
DIGITS = 25
PARENT_NUMBER = 26
PARENT_DIGITS = 27
CHANGED = 28
WIDTH = 29

# Of an account, float64: averages only, never money.
DWELL = 0  # sum of fen times ms that it lay there, over all that left
WAY = 1  # sum of fen times ms per hop from where it became tainted, over IN
F_WIDTH = 2

# Of a lot: money of one kind that came together.
L_FEN, L_HOPS, L_ARRIVED, L_ORIGIN, L_NEXT, L_WIDTH = 0, 1, 2, 3, 4, 5
#: `LEAST_HOPS` of a source that no tainted money reached.
NO_HOPS = 1 << 20
#: `L_HOPS` of money that is not tainted.
CLEAN_LOT = -1

#: Of a lot in the pool of an account, which has one for each number of hops; the first is L_FEN.
P_ARRIVED, P_ORIGIN, POOL_WIDTH = 1, 2, 3

# Of a part of a payment under way: the lot's first four, and where it ends.
P_END, P_WIDTH = 4, 5

# How tainted money of a payment ends.
PASSED, END_WITHDRAWN, END_HOPS, END_AMOUNT, END_SHARE, END_AGE, ENDS = 0, 1, 2, 3, 4, 5, 6
END_NAMES = ("passed", "withdrawn", "stopped: hops", "stopped: amount", "stopped: share", "stopped: age")

# `meta`, int64: places taken, then the ledger of the whole.
USED, HIGH, HOLES, LOT_HIGH, LOT_FREE, LOTS, NEXT_SWEEP, TOUCHED = range(8)
M_INJECTED, M_UNSEEN, M_LET_GO, M_CLEARED = 8, 9, 10, 11
M_END = 12  # ENDS places, that of PASSED unused
M_WIDTH = M_END + ENDS

# `limits`, int64.
FIFO, MAX_HOPS, LEAST_FEN, MAX_AGE_MS, SINKS, LAYER_HOPS, LAYER_MS, LIMITS = 0, 1, 2, 3, 4, 5, 6, 7

#: Fen that are followed at most, and clean money known of one account: products of two amounts are then
#: divided exactly, see :mod:`models.taint.proportion`.
MOST_FEN = 1 << 52

#: One tainted part of one payment, by how it ended.
MOVE = np.dtype(
    [
        ("time", "<i8"),
        ("uid", "<u8"),
        ("payer", "<u8"),
        ("payee", "<u8"),
        ("fen", "<i8"),  # tainted
        ("amount", "<i8"),  # the whole payment, fen
        ("dwell_ms", "<f8"),  # how long it had lain with the payer, mean by fen
        ("at", "<i8"),  # the payment's place in the batch
        ("hops", "<i4"),  # most hops, the payment's own included
        ("end", "<i4"),
    ]
)
