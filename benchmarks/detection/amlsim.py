"""AMLSim: laundering accounts among transfers whose amounts are not looked at, without Flink.

    python -m benchmarks.detection.amlsim ../shared/data

Streaming, unsupervised: rules and detectors as they ship, each event scored before anything is
learned from it; an account's score is its highest risk. Nothing is tuned here.
"""

import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np

from benchmarks.amlsim_bus import DAY_MS, START_MS, Sample, read_sample, write_bus
from benchmarks.detection.bootstrap import interval
from benchmarks.detection.card_scores import entities
from benchmarks.detection.rng import rng_of
from jobs.cli.output import console
from jobs.engine import EngineSettings
from jobs.replay import replay
from jobs.settings import load_settings
from models.ranking_metrics import ranking, top

#: Accounts that people can look at.
BUDGET = 1000
_FOLDER = "amlsim"


def amlsim(data: Path) -> dict[str, float]:
    """Score every AMLSim sample in ``data/amlsim``.

    Parameters
    ----------
    data : Path
        Folder with one folder per data set.

    Returns
    -------
    dict
        Figures of :func:`figures`; where there are several archives, each one's under its name.
    """
    archives = sorted((data / _FOLDER).glob("*.tgz"))
    settings = load_settings().engine(START_MS + 4000 * DAY_MS)
    found = {archive.stem: figures(archive, settings) for archive in archives}
    if len(found) == 1:
        return next(iter(found.values()))
    return {f"{name}.{metric}": value for name, told in found.items() for metric, value in told.items()}


def figures(archive: Path, settings: EngineSettings) -> dict[str, float]:
    """Score one sample.

    Returns
    -------
    dict
        ``roc_auc``, ``average_precision`` of ``isFraud`` and ``dirty_…`` of accounts in a dirty
        transfer, with the ends of 95 % bootstrap intervals (``_low``, ``_high``); the same of
        simple bars: ``counting_…`` transfers, ``pairs_…`` that repeat, then counting.
        ``median_delay_steps`` from an account's first dirty transfer to its first alert, when the
        budget is spent on the highest scores, over the ``dirty_recall`` of them alerted at or
        after it. ``random_roc_auc`` draws a lot for each account, ``random_event_roc_auc`` for each
        event: the highest of many lots is itself a count.
    """
    sample = read_sample(archive)
    accounts = sorted({a for payer, payee, _, _ in sample.transfers for a in (payer, payee)})
    first_dirty = sample.first_dirty_steps()
    laundering = np.array([a in sample.laundering for a in accounts])
    dirty = np.array([a in first_dirty for a in accounts])
    with tempfile.TemporaryDirectory(prefix="duanka-amlsim-") as folder:
        write_bus(sample, Path(folder))
        account, step, risk = _risks(Path(folder), settings, accounts)
    score = np.zeros(len(accounts))
    np.maximum.at(score, account, risk)
    count, repeats = _bars(sample, accounts)
    told = {"accounts": len(accounts), "laundering": int(laundering.sum()), "dirty": int(dirty.sum())}
    told |= _both("", score, laundering) | _both("dirty_", score, dirty)
    told |= _delay(score, account, step, risk, first_dirty, accounts)
    for name, bar in (("counting", count), ("pairs", np.where(repeats > 0, 1e9, 0) + count)):
        told[f"{name}_roc_auc"], told[f"{name}_average_precision"] = ranking(bar, laundering)
        told[f"dirty_{name}_roc_auc"], told[f"dirty_{name}_average_precision"] = ranking(bar, dirty)
    rng = rng_of(0, "canary")
    told["random_roc_auc"] = ranking(rng.random(len(accounts)), laundering)[0]
    lots = np.zeros(len(accounts))
    np.maximum.at(lots, account, rng.random(account.size))
    told["random_event_roc_auc"] = ranking(lots, laundering)[0]
    return told


def _both(prefix: str, score: np.ndarray, bad: np.ndarray) -> dict[str, float]:
    told = {}
    if not bad.any():
        return told
    for k, name in enumerate(("roc_auc", "average_precision")):
        told[prefix + name] = ranking(score, bad)[k]
        ends = interval(lambda s, b, k=k: ranking(s, b)[k], score, bad)
        told[f"{prefix}{name}_low"], told[f"{prefix}{name}_high"] = ends
    return told


def _risks(bus: Path, settings: EngineSettings, accounts: list[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Place of the account, step and risk of every scored row."""
    entity, step, risk = [], [], []
    for done in replay(bus, settings):
        for _, outcome in done.outcomes:
            for features, scored in outcome.scored:
                entity.append(features.rows["entity"])
                step.append((features.rows["time"] - START_MS) // DAY_MS)
                risk.append(scored.risk)
    known = entities([f"account:{a}" for a in accounts])
    order = np.argsort(known)
    place = order[np.searchsorted(known[order], np.concatenate(entity))]
    return place, np.concatenate(step), np.concatenate(risk)


def _delay(score, account, step, risk, first_dirty: dict[str, int], accounts: list[str]) -> dict[str, float]:
    if not first_dirty:
        return {}
    chosen = np.zeros(len(accounts), bool)
    chosen[top(score, min(BUDGET, len(accounts)))] = True
    threshold = score[chosen].min()
    since = np.array([first_dirty.get(a, 1 << 30) for a in accounts])
    alert = chosen[account] & (risk >= threshold) & (step >= since[account])
    first_alert = np.full(len(accounts), 1 << 30)
    np.minimum.at(first_alert, account[alert], step[alert])
    told = first_alert < 1 << 30
    delays = (first_alert - since)[told]
    return {
        "dirty_recall": float(told.sum()) / len(first_dirty),
        "median_delay_steps": float(np.median(delays)) if delays.size else float("nan"),
    }


def _bars(sample: Sample, accounts: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Transfers of each account, and its payer-payee pairs that transferred more than once."""
    count, repeats = Counter(), Counter()
    for payer, payee, _, _ in sample.transfers:
        count.update((payer, payee))
    for pair, times in Counter((payer, payee) for payer, payee, _, _ in sample.transfers).items():
        repeats.update(pair if times > 1 else ())
    return np.array([count[a] for a in accounts], float), np.array([repeats[a] for a in accounts], float)


def main(data: Path) -> None:
    """Print the figures."""
    for name, value in amlsim(data).items():
        console.print(f"{name:32} {value:,.4f}".rstrip("0").rstrip("."))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m benchmarks.detection.amlsim DATA")
    main(Path(sys.argv[1]))
