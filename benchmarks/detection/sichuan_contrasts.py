"""Further ratios of a Sichuan phone for decision trees, which find a ratio of two columns only in many steps.

Kernels do not read these: distances take each of them for news, though all follow from the columns of
:mod:`benchmarks.detection.sichuan_features`, and get worse by them (measured: ROC-AUC of the support
vectors 0.951 to 0.949), while trees gain 0.0006.
"""

import numpy as np

from benchmarks.detection.sichuan_features import CALL_COLUMNS, SMS_COLUMNS
from benchmarks.detection.sichuan_table import Phones


def contrasts(phones: Phones) -> np.ndarray:
    """Columns of `CALL_COLUMNS` and `SMS_COLUMNS` set against each other; none tells of days.

    Returns
    -------
    ndarray of float64, shape (n, 23); NaN where the source has no calls.
    """
    c = {name: phones.columns[name] for name in CALL_COLUMNS + SMS_COLUMNS}
    with np.errstate(divide="ignore", invalid="ignore"):
        matrix = np.column_stack([*_without_the_most(c), *_directions(c), *_places(c), *_hours(c)])
    return np.where(np.isfinite(matrix), matrix, np.nan)


def _without_the_most(c: dict[str, np.ndarray]) -> list[np.ndarray]:
    """One close contact or one long call hides what the others are like."""
    log, calls, peers = np.log, c["opposite_count"], c["opposite_unique"]
    talk, most = c["call_dur_mean"] * calls, c["phone2opposite_max"]
    per_call = c["phone2oppo_sum_max"] / most
    median_call = c["phone2oppo_sum_median"] / c["phone2opposite_median"]
    others = np.maximum(peers - 1, 1)
    return [
        np.log1p((calls - most) / others),
        np.log1p(np.maximum(talk - c["phone2oppo_sum_max"], 0) / others),
        log((talk - c["call_dur_max"]) / np.maximum(calls - 1, 1) + 1),
        log(per_call), log(per_call / c["call_dur_mean"]),
        log(median_call / (c["call_dur_median"] + 1) + 0.1),
        log(c["call_dur_median"] + 1) - log(c["phone2oppo_sum_median"] + 1),
    ]  # fmt: skip


def _directions(c: dict[str, np.ndarray]) -> list[np.ndarray]:
    """What is sent against what comes, calls against messages."""
    calls, out = c["opposite_count"], c["voccalltype1"]
    messages = c["sms_nunique"] * c["sms_rate"]
    calls_in, messages_in = np.maximum(calls - out, 0), messages * c["calltype_rate"]
    sent = np.maximum(messages - messages_in, 0)
    return [
        np.log1p(sent), sent / c["sms_nunique"],
        np.log((messages_in + 1) / (calls_in + 1)), np.log((sent + 1) / (out + 1)),
        np.log((messages_in + calls_in + 1) / (sent + out + 1)), np.log(messages + np.nan_to_num(calls)),
        np.minimum(c["phone2opposite_max"], calls_in) / calls,
    ]  # fmt: skip


def _places(c: dict[str, np.ndarray]) -> list[np.ndarray]:
    counties, calling_out = c["county_name_nunique"], c["county_name_call"]
    return [
        counties / np.maximum(c["city_name_nunique"], 1),
        np.log1p(counties) - np.log1p(calling_out),
        np.log1p(counties) - 0.3 * np.log(c["opposite_unique"]),
        np.log(c["imeis"]) - np.log1p(calling_out),
    ]


def _hours(c: dict[str, np.ndarray]) -> list[np.ndarray]:
    calls, messages = c["opposite_count"], c["sms_nunique"] * c["sms_rate"]
    turn = 2 * np.pi * c["voc_hour_mode"] / 24
    apart = (c["voc_hour_mode"] - c["hour_mode"] + 12) % 24 - 12
    return [
        np.cos(turn), np.sin(turn), np.abs(apart),
        np.log((calls - c["voc_hour_mode_count"] + 1) / np.maximum(c["voc_hour_nunique"] - 1, 1)),
        np.log((messages - c["hour_mode_count"] + 1) / np.maximum(c["hour_nunique"] - 1, 1)),
    ]  # fmt: skip
