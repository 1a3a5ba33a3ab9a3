"""What a stream of call records tells of a Sichuan phone, in forms that suit distances and trees alike.

Left out, because a stream of call records does not give them: ``flow_*`` (data volume), ``arpu_*``
(bills), ``busi_count``, ``month_ids``. Left out, because they tell how long the card lived, which
follows from the label (fraud cards were shut): ``*day_nunique``, ``month_ids``, ``sms_count``,
``calltype_2`` (its received part), and ``*day_mode*``: calls on the busiest day over all calls have
rank correlation -0.87 with ``voc_day_nunique`` and AUC 0.83 by themselves.
"""

import numpy as np

from benchmarks.detection.sichuan_table import Phones

#: Columns of the source that are read. The number of messages is sms_nunique * sms_rate, so that a
#: model can know it, as it can in the published bar; `sms_count` itself adds nothing to these two.
CALL_COLUMNS = (
    "opposite_count", "opposite_unique", "voccalltype1", "imeis", "voc_calltype1", "city_name_call",
    "county_name_call", "phone2opposite_mean", "phone2opposite_median", "phone2opposite_max",
    "phone2oppo_sum_mean", "phone2oppo_sum_median", "phone2oppo_sum_max", "call_dur_mean", "call_dur_median",
    "call_dur_max", "call_dur_min", "city_name_nunique", "county_name_nunique", "calltype_id_unique",
    "voc_hour_mode", "voc_hour_mode_count", "voc_hour_nunique",
)  # fmt: skip
SMS_COLUMNS = ("sms_nunique", "sms_rate", "calltype_rate", "hour_mode", "hour_mode_count", "hour_nunique")
#: Columns that the published bar reads besides, and that tell of the days of life in part.
BAR_COLUMNS = ("voc_day_mode", "voc_day_mode_count", "calltype_2")


def stream_features(phones: Phones, with_bar_columns: bool = False) -> np.ndarray:
    """Counts as logarithms, ratios, shares and rhythms, from `CALL_COLUMNS` and `SMS_COLUMNS`.

    Parameters
    ----------
    phones : Phones
    with_bar_columns : bool
        Also `BAR_COLUMNS`, for comparison like for like with the published bar.

    Returns
    -------
    ndarray of float64, shape (n, 49), or 53 with the bar's columns; NaN where the source has none.
    """
    allowed = CALL_COLUMNS + SMS_COLUMNS + (BAR_COLUMNS if with_bar_columns else ())
    c = {name: phones.columns[name] for name in allowed}
    with np.errstate(divide="ignore", invalid="ignore"):
        matrix = np.column_stack([*_calls(c), *_rhythm(c), *_messages(c), *(_bar(c) if with_bar_columns else ())])
    return np.where(np.isfinite(matrix), matrix, np.nan)


def all_features(phones: Phones) -> np.ndarray:
    """`stream_features` with the bar's columns, and logarithms of every other column: lifetime, bills, data."""
    stream = stream_features(phones, with_bar_columns=True)
    rest = phones.matrix(sorted(set(phones.columns) - set(CALL_COLUMNS + SMS_COLUMNS + BAR_COLUMNS)))
    return np.column_stack([stream, np.sign(rest) * np.log1p(np.abs(rest))])


def _calls(c: dict[str, np.ndarray]) -> list[np.ndarray]:
    log, calls, peers, out = np.log, c["opposite_count"], c["opposite_unique"], c["voccalltype1"]
    talk = c["call_dur_mean"] * calls
    come_in = np.maximum(calls - out, 0)
    return [
        log(calls), log(peers), np.log1p(out), np.log1p(come_in), c["voc_calltype1"], c["calltype_id_unique"],
        log(calls / peers), log(c["phone2opposite_median"]), log(c["phone2opposite_max"]),
        c["phone2opposite_max"] / calls, log(c["phone2opposite_max"] * peers / calls),
        np.log1p(come_in / peers), np.log1p(out / peers),
        log(talk / peers), np.log1p(c["phone2oppo_sum_median"]), np.log1p(c["phone2oppo_sum_max"]),
        c["phone2oppo_sum_max"] / talk,
        log(c["call_dur_mean"]), np.log1p(c["call_dur_median"]), log(c["call_dur_max"]), np.log1p(c["call_dur_min"]),
        log(c["call_dur_mean"]) - np.log1p(c["call_dur_median"]), log(c["call_dur_max"] / c["call_dur_mean"]),
        log(c["imeis"]), log(c["imeis"] / calls),
        np.log1p(c["city_name_nunique"]), np.log1p(c["county_name_nunique"]),
        np.log1p(c["city_name_call"]), np.log1p(c["county_name_call"]),
        np.log1p(c["county_name_nunique"]) - 0.3 * log(calls), np.where(c["county_name_nunique"] == 0, 1.0, 0.0),
    ]  # fmt: skip


def _rhythm(c: dict[str, np.ndarray]) -> list[np.ndarray]:
    calls, hours = c["opposite_count"], c["voc_hour_nunique"]
    return [
        hours, c["voc_hour_mode"], np.log(c["voc_hour_mode_count"]), c["voc_hour_mode_count"] / calls,
        # Hours against those that so many calls would touch if they fell at random.
        hours / (24 * (1 - np.exp(-calls / 24))), np.log(calls / hours), hours - c["hour_nunique"],
    ]  # fmt: skip


def _messages(c: dict[str, np.ndarray]) -> list[np.ndarray]:
    messages = c["sms_nunique"] * c["sms_rate"]
    return [
        np.log(c["sms_nunique"]), np.log(c["sms_rate"]), c["calltype_rate"], np.log(1.0001 - c["calltype_rate"]),
        c["hour_nunique"], c["hour_mode"], np.log(c["hour_mode_count"]), c["hour_mode_count"] / messages,
        c["hour_nunique"] / (24 * (1 - np.exp(-messages / 24))),
        np.log(messages / c["opposite_count"]), np.log(c["sms_nunique"] / c["opposite_unique"]),
    ]  # fmt: skip


def _bar(c: dict[str, np.ndarray]) -> list[np.ndarray]:
    busiest = c["voc_day_mode_count"]
    return [c["voc_day_mode"], np.log(busiest), busiest / c["opposite_count"], np.log1p(c["calltype_2"])]
