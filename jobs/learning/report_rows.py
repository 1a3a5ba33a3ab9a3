"""What a learner said, as rows that JSON can hold; a candidate's model goes along as bytes."""

import base64
import math
from dataclasses import asdict
from typing import Any

import numpy as np

from features.snapshot import pack, unpack
from models.learned.card_model import CardModel
from models.learned.online_report import Candidate, Report
from models.scorer import FEATURE_NAMES

_CONTAINER, _VERSION = "candidate-model", 1


def report_row(kind: int, report: Report) -> dict[str, Any]:
    """Row of a report.

    Returns
    -------
    dict
        kind, event_time, what (``candidate`` or ``drift``), passed, message, figures, and of a
        candidate since_ms, labels and model (:func:`model_from_row`).
    """
    if isinstance(report, Candidate):
        model = CardModel(kind, FEATURE_NAMES[kind], report.model, report.calibration)
        arrays, meta = model.to_arrays()
        figures = _numbers({f"prequential_{k}": v for k, v in asdict(report.figures).items()})
        for who, held in (("candidate", report.gate.candidate), ("champion", report.gate.champion)):
            figures |= _numbers({f"held_{who}_{k}": v for k, v in asdict(held).items()} if held else {})
        return {
            "kind": kind,
            "event_time": report.time_ms,
            "what": "candidate",
            "passed": report.gate.passed,
            "message": report.gate.reason,
            "figures": figures,
            "since_ms": report.since_ms,
            "labels": report.learned,
            "model": base64.b85encode(pack(_CONTAINER, _VERSION, arrays, meta)).decode(),
        }
    figures = {} if report.drift is None else _numbers(asdict(report.drift))
    row = {"kind": kind, "event_time": report.time_ms, "what": "drift", "passed": False}
    message = f"{report.action} ({report.of})" if report.of else report.action
    return row | {"message": message, "figures": figures}


def _numbers(values: dict[str, Any]) -> dict[str, float]:
    """Without what JSON cannot say: a figure that is not known is left out."""
    return {name: float(value) for name, value in values.items() if not math.isnan(value)}


def model_from_row(row: dict[str, Any]) -> CardModel:
    """The candidate's model of a row.

    Raises
    ------
    features.snapshot.BadSnapshot, models.learned.bad_model.BadModel
    """
    arrays, meta = unpack(base64.b85decode(row["model"]), _CONTAINER, _VERSION)
    return CardModel.from_arrays({name: np.array(array) for name, array in arrays.items()}, meta)
