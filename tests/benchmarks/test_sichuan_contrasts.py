"""Ratios for trees: what the others of a phone are like, by hand."""

import numpy as np
import pytest

from benchmarks.detection.sichuan_contrasts import contrasts
from benchmarks.detection.sichuan_table import Phones
from tests.benchmarks.made_up_phones import made_up_phones


def _with(**values: float) -> np.ndarray:
    phones = made_up_phones()
    columns = {name: column.copy() for name, column in phones.columns.items()}
    for name, value in values.items():
        columns[name][0] = value
    return contrasts(Phones(columns, phones.fraud))[0]


def test_others_than_the_most_called():
    row = _with(
        opposite_count=14, opposite_unique=3, phone2opposite_max=10, call_dur_mean=50, phone2oppo_sum_max=600,
        call_dur_max=180,
    )  # fmt: skip
    # Four calls and 100 s with the two others; 520 s in the 13 shorter calls; 60 s a call with the most called.
    assert row[:4] == pytest.approx([np.log(3), np.log(51), np.log(41), np.log(60)])


def test_hours_lie_on_a_clock():
    late, early = _with(voc_hour_mode=23, hour_mode=1), _with(voc_hour_mode=1)
    assert late[20] == 2
    assert _with(voc_hour_mode=1, hour_mode=23)[20] == 2 and _with(voc_hour_mode=0, hour_mode=12)[20] == 12
    assert late[18] == pytest.approx(early[18]) and late[19] == pytest.approx(-early[19])


def test_missing_calls_and_a_lone_call_are_no_infinities():
    matrix = contrasts(made_up_phones())
    assert not np.isinf(matrix).any()
    assert np.isnan(matrix[7, :7]).all() and not np.isnan(matrix[8]).any()
    alone = _with(
        opposite_count=1, opposite_unique=1, phone2opposite_max=1, call_dur_max=60, call_dur_mean=60,
        voc_hour_nunique=1, voc_hour_mode_count=1,
    )  # fmt: skip
    assert np.isfinite(alone).all()
