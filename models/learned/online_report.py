"""What the online learner says besides its scores: candidates and drifts."""

from dataclasses import dataclass

from models.learned.calibration import Calibration
from models.learned.linear import LinearModel
from models.learned.online_drift import Drift
from models.learned.online_evaluation import Prequential
from models.learned.online_gate import GateAnswer


@dataclass(frozen=True)
class Candidate:
    """A model as it stood at event time `time_ms`, and what the gate said of it.

    Attributes
    ----------
    since_ms : int
        Event time of the first row learned; with `time_ms` the training window.
    model : LinearModel
    calibration : Calibration
    figures : Prequential
    gate : GateAnswer
        Only one that passed may be offered to people.
    learned : dict of str to int
        Rows learned by kind, and rows refused by reason.
    """

    time_ms: int
    since_ms: int
    model: LinearModel
    calibration: Calibration
    figures: Prequential
    gate: GateAnswer
    learned: dict[str, int]


@dataclass(frozen=True)
class DriftReport:
    """A drift of the loss, and what was done about it.

    Attributes
    ----------
    action : str
        ``challenger started``, ``challenger is on trial already``, ``none: the loss fell``;
        when a trial ends ``challenger took over`` or ``challenger dropped``; ``went back to the
        champion`` after refused candidates.
    of : str
        Whose loss drifted: ``verdicts`` or ``presumptions``.
    drift : Drift or None
        Both are missing where the report is of a trial's end or of going back.
    """

    time_ms: int
    action: str
    of: str = ""
    drift: Drift | None = None


Report = Candidate | DriftReport
