"""Where a phone's state lies in its row, and the names of its features."""

from enum import IntEnum

from features.regular_peers import WIDTH as _PEER_WORDS

#: Words of a sketch of counterparts: 64 registers for calls, 32 for messages.
CALL_SKETCH, SMS_SKETCH = 8, 4


class F(IntEnum):
    """float32 columns. The first are decayed: by an hour, then by a day, then by a week."""

    OUT_CALLS_1H = 0
    NOVEL_CALLS_1H = 1
    OUT_SMS_1H = 2
    NOVEL_SMS_1H = 3
    OUT_CALLS_1D = 4
    NOVEL_CALLS_1D = 5
    NOVEL_SMS_1D = 6
    ANSWERED_1D = 7
    TALK_S_1D = 8
    SEQUENTIAL_1D = 9
    OUT_CALLS_7D = 10
    NOVEL_CALLS_7D = 11
    IN_CALLS_7D = 12
    OUT_SMS_7D = 13
    IN_SMS_7D = 14
    CALLED_BACK_7D = 15
    PLACED_7D = 16
    AWAY_PREFECTURE_7D = 17
    AWAY_PROVINCE_7D = 18
    SILENT_D = 19
    COUNTERPARTS = 20
    SMS_COUNTERPARTS = 21
    WIDTH = 22


#: Where the columns decayed by an hour, a day and a week end.
HOURLY_END, DAILY_END, WEEKLY_END = F.OUT_CALLS_1D, F.OUT_CALLS_7D, F.SILENT_D


class I(IntEnum):
    """int64 columns."""

    NUMBER = 0
    DIGITS = 1
    WIDTH = 2


class W(IntEnum):
    """uint32 columns. Pairs of words are this generation's and the one's before; times are seconds."""

    OPENED_S = 0
    ACTIVE_S = 1
    DEVICE_S = 2
    DEVICE_CARDS = 3  # and, in the high half, how many others of them are confirmed
    LAST_PEER = 4  # the called number's low 32 bits
    SINCE_AWAKE = 5  # and, in the high half, how many of these events were elsewhere
    HOME_AREA = 6
    LAST_AREA = 7
    FROM_AREA = 8  # where it was before the silence
    HALF_WEEK = 9  # number of the newest half week
    MOST_TALKS = 10
    CELLS = 11
    HOURS = 15
    HANDSETS = 17
    AREAS = 19
    TALK_S = 21
    OUT_TALKS = 23
    IN_TALKS = 24
    OUT_SMS = 25
    IN_SMS = 26
    HOUR_COUNTS = 27
    CALL_SKETCH = 34
    SMS_SKETCH = 50
    PEERS = 58
    WIDTH = 58 + _PEER_WORDS


#: Columns of the feature matrix, in order. Names are public: they are stored with hits and models.
FEATURES = (
    "out_calls_1h",
    "out_calls_1d",
    "out_calls_7d",
    "in_calls_7d",
    "out_share_7d",
    "novel_calls_1h",
    "novel_calls_1d",
    "novel_share_7d",
    "calls_per_counterpart_7d",
    "most_calls_with_one_28d",
    "answer_rate_1d",
    "mean_talk_s_1d",
    "called_back_share_7d",
    "out_sms_1h",
    "novel_sms_1h",
    "novel_sms_1d",
    "sequential_share_1d",
    "cells_7d",
    "handsets_28d",
    "hours_active_28d",
    "device_cards",
    "age_d",
    "silent_d",
    "events_since_silence",
    "mobile_number",
    "device_confirmed_cards",
    "calls_28d",
    "counterparts_28d",
    "calls_per_counterpart_28d",
    "most_with_one_share_28d",
    "talk_s_per_counterpart_28d",
    "mean_talk_s_28d",
    "out_share_28d",
    "busiest_hour_share_28d",
    "areas_28d",
    "sms_28d",
    "sms_counterparts_28d",
    "sms_per_counterpart_28d",
    "sms_in_share_28d",
    "sms_share_28d",
    "away_prefecture_share_7d",
    "away_province_share_7d",
    "elsewhere_since_silence",
    "calls_per_counterpart_below_peers",
    "talk_s_per_counterpart_below_peers",
    "novel_calls_above_peers",
    "novel_sms_above_peers",
    "peers_calls_per_counterpart_28d",
    "peers_talk_s_per_counterpart_28d",
    "peers_novel_calls_1d",
    "peers_novel_sms_1d",
)
#: Place of each feature in the matrix, for the kernels.
Column = IntEnum("Column", {name.upper(): k for k, name in enumerate(FEATURES)})


class Peer(IntEnum):
    """Features that are held against the shard's population (:mod:`features.population`)."""

    CALLS_PER_COUNTERPART_28D = 0
    TALK_S_PER_COUNTERPART_28D = 1
    NOVEL_CALLS_1D = 2
    NOVEL_SMS_1D = 3
    COUNT = 4
