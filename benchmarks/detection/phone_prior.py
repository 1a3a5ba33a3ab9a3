"""The phone prior: a model of phones from the Sichuan half, on features that the engine computes.

The aggregates span up to eight months, the engine's window 14 to 28 days, and at first it has seen
a call or two. So the prior does not learn from the aggregates alone, but also from *thinned*
copies of each phone, as it would look after fewer calls: at three calls hardly anything can be told.
"""

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

from benchmarks.detection.rng import rng_of
from benchmarks.detection.sichuan_table import Phones
from features.roles import PHONE
from models.learned.card_model import CardModel
from models.learned.from_sklearn import from_sklearn

#: Features the prior reads, and the direction in which each may move the score (0: either).
PRIOR_FEATURES = {
    "calls_28d": 0,
    "calls_per_counterpart_28d": -1,
    "most_with_one_share_28d": 0,
    "talk_s_per_counterpart_28d": -1,
    "mean_talk_s_28d": 0,
    "out_share_28d": 1,
    "busiest_hour_share_28d": 0,
    "hours_active_28d": -1,
    "areas_28d": -1,
    "handsets_28d": 1,
    "sms_per_counterpart_28d": 0,
    "sms_in_share_28d": -1,
    "sms_share_28d": 0,
}
#: Calls in a thinned copy: drawn evenly on a log scale below this (ours), the same for fraud and not.
MOST_CALLS = 400
COPIES = 6
_TREES = dict(
    max_iter=40, learning_rate=0.16, max_leaf_nodes=12, min_samples_leaf=40, l2_regularization=10.0,
    max_features=0.5, random_state=0,
)  # fmt: skip


def engine_features(phones: Phones) -> np.ndarray:
    """Each phone as the engine would describe it had its window spanned the aggregates.

    =========================== ==========================================================
    feature                     from the columns of the source
    =========================== ==========================================================
    calls_28d                   opposite_count
    calls_per_counterpart_28d   opposite_count / opposite_unique
    most_with_one_share_28d     phone2opposite_max / opposite_count
    talk_s_per_counterpart_28d  call_dur_mean * opposite_count / opposite_unique
    mean_talk_s_28d             call_dur_mean
    out_share_28d               voccalltype1 / opposite_count
    busiest_hour_share_28d      voc_hour_mode_count / opposite_count
    hours_active_28d            voc_hour_nunique
    areas_28d                   county_name_nunique, 25 at most
    handsets_28d                imeis, 25 at most
    sms_per_counterpart_28d     sms_rate (messages / distinct counterparts of messages)
    sms_in_share_28d            calltype_rate
    sms_share_28d               messages / (messages + opposite_count), messages = sms_rate * sms_nunique
    =========================== ==========================================================

    Calls of the source have durations of a second or more, so they are the engine's conversations.
    What is missing there is 0 here, as for a phone of which the engine has seen none.

    Returns
    -------
    ndarray of float32, shape (n, len(PRIOR_FEATURES))
    """
    c = {name: np.nan_to_num(column) for name, column in phones.columns.items()}
    calls, messages = c["opposite_count"], c["sms_rate"] * c["sms_nunique"]
    return _stacked(
        calls, c["opposite_unique"], c["phone2opposite_max"], c["call_dur_mean"] * calls, c["voccalltype1"],
        c["voc_hour_mode_count"], c["voc_hour_nunique"], c["county_name_nunique"], c["imeis"],
        messages, c["sms_nunique"], c["calltype_rate"] * messages,
    )  # fmt: skip


def _stacked(calls, peers, most, talk_s, out, hour_most, hours, areas, handsets, sms, sms_peers, sms_in) -> np.ndarray:
    columns = {
        "calls_28d": calls,
        "calls_per_counterpart_28d": _share(calls, peers),
        "most_with_one_share_28d": _share(most, calls),
        "talk_s_per_counterpart_28d": _share(talk_s, peers),
        "mean_talk_s_28d": _share(talk_s, calls),
        "out_share_28d": _share(out, calls),
        "busiest_hour_share_28d": _share(hour_most, calls),
        "hours_active_28d": hours,
        # The engine's sets of 32 bits saturate.
        "areas_28d": np.minimum(areas, 25),
        "handsets_28d": np.minimum(handsets, 25),
        "sms_per_counterpart_28d": _share(sms, sms_peers),
        "sms_in_share_28d": _share(sms_in, sms),
        "sms_share_28d": _share(sms, sms + calls),
    }
    return np.column_stack([columns[name] for name in PRIOR_FEATURES]).astype(np.float32)


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.zeros(np.shape(part)), where=whole > 0)


def thinned(phones: Phones, calls: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Each phone as the engine would describe it after so many of its calls, drawn at random.

    Counts per counterpart, hour, county, handset and sender are not in the source. They are taken
    to fall with rank like ``most * rank ** -a``, with the exponent that gives the known total
    (``most`` is unknown for counties, handsets and messages: a = 1, a = 1, a = 1 there). Durations
    are taken as lognormal with the known mean and median. Calls of a person come in runs, which
    this does not know: a real phone repeats itself earlier than its thinned copy.

    Parameters
    ----------
    phones : Phones
    calls : ndarray of int, shape (n,)
        Calls that are left; all where there are fewer.

    Returns
    -------
    ndarray of float32, shape (n, len(PRIOR_FEATURES))
    """
    c = {name: np.nan_to_num(column) for name, column in phones.columns.items()}
    rows = [_thin({n: float(v[k]) for n, v in c.items()}, int(left), rng) for k, left in enumerate(calls)]
    return _stacked(*np.array(rows, np.float64).T)


def _thin(c: dict[str, float], left: int, rng: np.random.Generator) -> tuple[float, ...]:
    whole = int(c["opposite_count"])
    n = min(left, whole)
    with_peer = _draw(_by_rank(c["opposite_count"], c["opposite_unique"], c["phone2opposite_max"]), n, rng)
    in_hour = _draw(_by_rank(c["opposite_count"], c["voc_hour_nunique"], c["voc_hour_mode_count"]), n, rng)
    mean, median = c["call_dur_mean"], max(c["call_dur_median"], 1.0)
    spread = np.sqrt(2 * np.log(max(mean / median, 1.05)))
    talk_s = float(np.maximum(rng.lognormal(np.log(max(mean, 1.0)) - spread**2 / 2, spread, n), 1).sum())
    out = rng.hypergeometric(int(c["voccalltype1"]), max(whole - int(c["voccalltype1"]), 0), n) if n else 0
    # Areas and handsets are those of outgoing calls.
    areas = _draw(_by_rank(c["voccalltype1"], c["county_name_nunique"]), out, rng)
    handsets = _draw(_by_rank(c["voccalltype1"], c["imeis"]), out, rng)
    messages = c["sms_rate"] * c["sms_nunique"]
    # Messages are thinned like calls; some come before the first call and some after the last.
    sms = int(rng.binomial(round(messages), min((n + rng.random()) / (whole + 1), 1)))
    from_sender = _draw(_by_rank(messages, c["sms_nunique"]), sms, rng)
    return (
        n, np.count_nonzero(with_peer), with_peer.max(initial=0), talk_s, out,
        in_hour.max(initial=0), np.count_nonzero(in_hour), np.count_nonzero(areas), np.count_nonzero(handsets),
        sms, np.count_nonzero(from_sender), rng.binomial(sms, c["calltype_rate"]),
    )  # fmt: skip


def _by_rank(total: float, distinct: float, most: float = 0.0) -> np.ndarray:
    """Shares of `distinct` things by rank; the first has ``most / total`` where that is known."""
    rank = np.arange(1, max(int(distinct), 1) + 1, dtype=np.float64)
    exponent = 1.0
    if most > 0 and rank.size > 1:
        low, high = 0.0, 12.0
        for _ in range(30):
            exponent = (low + high) / 2
            low, high = (exponent, high) if most * (rank**-exponent).sum() > total else (low, exponent)
    weight = rank**-exponent
    return weight / weight.sum()


def _draw(shares: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    return rng.multinomial(n, shares)


def fit_prior(phones: Phones, seed: int = 0) -> CardModel:
    """The prior: boosted trees with monotone constraints over phones and their thinned copies.

    Every phone weighs the same, but those without calls (1.5 % of the source) are left out: what
    the engine sees without calls is a phone whose calls have not come yet. Its probabilities are
    those of the source, where 31 % are fraud by the contest's sampling: to use them elsewhere, add
    0.78 and the log-odds of the share of fraud there to its log-odds.

    Parameters
    ----------
    phones : Phones
    seed : int
        Of the thinning.
    """
    rng = rng_of(seed, "thinned phones")
    phones = phones.take(np.nan_to_num(phones.columns["opposite_count"]) > 0)
    matrices = [engine_features(phones)]
    for _ in range(COPIES):
        # From no call to MOST_CALLS - 1, each doubling as likely; a phone has no more than it has.
        left = np.floor(np.exp(rng.random(phones.fraud.size) * np.log(MOST_CALLS))) - 1
        matrices.append(thinned(phones, left, rng))
    trees = HistGradientBoostingClassifier(**_TREES, monotonic_cst=list(PRIOR_FEATURES.values()))
    trees.fit(np.concatenate(matrices), np.tile(phones.fraud, len(matrices)))
    return CardModel(PHONE, tuple(PRIOR_FEATURES), from_sklearn(trees))
