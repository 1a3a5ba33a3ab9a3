"""Phones with the columns of the Sichuan table, drawn at random: fraud repeats itself less and calls out more."""

import numpy as np

from benchmarks.detection.sichuan_features import BAR_COLUMNS, CALL_COLUMNS, SMS_COLUMNS
from benchmarks.detection.sichuan_table import Phones

LIFETIME = ("sms_count", "voc_day_nunique", "day_nunique", "day_mode_count", "month_ids", "arpu_sum", "flow_sum")


def made_up_phones(rows: int = 240, seed: int = 0) -> Phones:
    """A third is fraud; one phone in forty has no calls, which the source gives as NaN."""
    rng = np.random.default_rng(seed)
    fraud = np.arange(rows) % 3 == 0
    c = {n: rng.integers(1, 9, rows).astype(float) for n in (*CALL_COLUMNS, *SMS_COLUMNS, *BAR_COLUMNS, *LIFETIME)}
    peers = rng.integers(5, 60, rows)
    calls = peers + rng.poisson(np.where(fraud, 0.3, 5) * peers)
    most = np.minimum(calls - peers + 1, np.ceil(4 * calls / peers))
    out = rng.binomial(calls, np.where(fraud, 0.95, 0.5))
    c |= {
        "opposite_count": calls * 1.0, "opposite_unique": peers * 1.0, "phone2opposite_max": most,
        "phone2opposite_mean": calls / peers, "voccalltype1": out * 1.0, "voc_calltype1": out / calls,
        "call_dur_mean": rng.uniform(40, 200, rows), "call_dur_median": rng.uniform(20, 39, rows),
        "voc_hour_nunique": np.minimum(rng.integers(4, 20, rows), calls) * 1.0,
        "voc_hour_mode_count": np.ceil(calls / 4), "calltype_rate": rng.uniform(0.5, 1, rows),
    }  # fmt: skip
    for name in CALL_COLUMNS:
        c[name][7::40] = np.nan
    return Phones(c, fraud)
