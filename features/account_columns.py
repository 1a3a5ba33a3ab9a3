"""Where an account's state lies in its row, and the names of its features."""

from enum import IntEnum

from features.pair_memory import SLOT_WORDS
from features.working_days import DAYS

#: Counterparts remembered on each side.
PEERS = 8


class F(IntEnum):
    """float32 columns. The first are decayed: by an hour, a day, a week, then four weeks."""

    IN_1H = 0
    OUT_1H = 1
    IN_1D = 2
    OUT_1D = 3
    IN_YUAN_1D = 4
    OUT_YUAN_1D = 5
    NOVEL_IN_1D = 6
    NOVEL_OUT_1D = 7
    QUICK_YUAN_1D = 8
    CASH_YUAN_1D = 9
    QUICK_CASH_1D = 10
    ONLINE_OUT_1D = 11
    IN_7D = 12
    OUT_7D = 13
    IN_YUAN_7D = 14
    OUT_YUAN_7D = 15
    NOVEL_IN_7D = 16
    NOVEL_OUT_7D = 17
    NIGHT_7D = 18
    BELOW_LIMIT_7D = 19
    PASSED_YUAN_7D = 20
    RETURNED_YUAN_7D = 21
    NOVEL_IN_YUAN_7D = 22
    EVENTS_28D = 23
    LINKED_28D = 24
    SILENT_D = 25
    SINCE_AWAKE = 26
    POOL_YUAN = 27
    DWELL_MIN = 28
    LARGE_SINCE = 29
    BALANCE_YUAN = 30
    WIDTH = 31


#: Where the columns decayed by an hour, a day, a week and four weeks end.
HOURLY_END, DAILY_END, WEEKLY_END, MONTHLY_END = F.IN_1D, F.IN_7D, F.EVENTS_28D, F.SILENT_D


class I(IntEnum):
    """int64 columns."""

    NUMBER = 0
    DIGITS = 1
    ACTIVE_MS = 2
    POOL_MS = 3
    WIDTH = 4


class W(IntEnum):
    """uint32 columns: ring of working days (all, then novel; in low, out high half), then the pairs."""

    DAY = 0
    RING = 1
    GENERATION = 1 + 2 * DAYS
    HOURS = 2 + 2 * DAYS
    OPENED_S = 4 + 2 * DAYS
    DEVICE_S = 5 + 2 * DAYS
    TRIAL_S = 6 + 2 * DAYS
    MARKS = 7 + 2 * DAYS  # whether the account is corporate; in the high half cards on its device
    IN_PEERS = 8 + 2 * DAYS
    OUT_PEERS = 8 + 2 * DAYS + PEERS * SLOT_WORDS
    WIDTH = 8 + 2 * DAYS + 2 * PEERS * SLOT_WORDS


#: Columns of the feature matrix, in order. Names are public: they are stored with hits and models.
FEATURES = (
    "in_1h",
    "out_1h",
    "in_1d",
    "out_1d",
    "in_7d",
    "out_7d",
    "in_yuan_1d",
    "out_yuan_1d",
    "in_yuan_7d",
    "out_yuan_7d",
    "novel_in_1d",
    "novel_out_1d",
    "novel_in_share_7d",
    "novel_out_share_7d",
    "in_5wd",
    "out_5wd",
    "payers_5wd",
    "payees_5wd",
    "times_with_this_one",
    "near_equal_run",
    "dwell_min",
    "passed_share_1d",
    "balance_share",
    "large_after_trial",
    "hours_active_7d",
    "device_cards",
    "age_d",
    "silent_d",
    "events_since_silence",
    "cash_share_1d",
    "passed_share_7d",
    "novel_in_yuan_7d",
    "novel_in_yuan_share_7d",
    "returned_share_7d",
    "repeats_1d",
    "repeat_surprise_bits",
    "quick_cash_1d",
    "online_out_1d",
    "rest_h_7d",
    "night_share_7d",
    "below_limit_7d",
    "below_limit_share_7d",
    "corporate",
    "events_28d",
    "linked_28d",
    "events_above_peers",
    "flow_above_peers",
    "novel_above_peers",
    "peers_repeat_share",
    "peers_events_7d",
    "peers_flow_1d",
    "peers_novel_1d",
)
#: Place of each feature in the matrix, for the kernels.
Column = IntEnum("Column", {name.upper(): k for k, name in enumerate(FEATURES)})


class Peer(IntEnum):
    """What is held against the shard's population (:mod:`features.population`)."""

    REPEATS = 0
    EVENTS_7D = 1
    FLOW_1D = 2
    NOVEL_1D = 3
    WIDTH = 4
