"""What decides how the online learner learns; every value is ours unless it says otherwise."""

from dataclasses import dataclass

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


@dataclass(frozen=True)
class LearnerSettings:
    """Attributes
    ----------
    learning_rate, l2 : float
        Of river's stochastic gradient descent.
    hold_ms : int
        How long a drawn row waits for a verdict before it is presumed normal.
    presumed_weight : float
        Weight of a presumption beside a verdict's 1.
    risk_below, strength_below : float
        A row is never presumed normal at or above this risk (0 to 1000, just below an alert) or
        typology strength. The latter is off: the risk weighs strengths already, and busy honest
        accounts show some pattern fully; without them the learner takes being busy for fraud
        (cards of a simulated city, ROC-AUC 0.93 with a bound of 0.25 and 150, 0.98 without).
    own_below : float
        Nor where the learner itself holds it more likely fraud than this, once it has learned
        `own_from` confirmed verdicts.
    own_from : int
    presumed_per_day, cluster_per_day : int
        Presumptions learned in a day of event time, in all and from one cluster of similar rows.
    officer_window_ms : int
        The k-th verdict of an officer within this time that goes against what the learner holds
        counts 1 / k: no single person can teach a pattern away, several can.
    memory_cards, memory_ms : int
        Cards whose rows are remembered for a verdict to come, and for how long.
    pending, rehearsed, recent, held : int
        Rows kept: waiting for presumption; confirmed ones to rehearse; learned ones a challenger
        starts from; verdicts (of each finding) held back for the gate.
    held_one_in : int
        One verdict in so many, and one presumption, is held back and never learned; from
        `own_from` confirmed verdicts on.
    snapshot_labels, snapshot_ms : int
        A candidate is due after so many verdicts, or after so much event time with a new one.
    gate_least : int
        Held confirmed rows, and held normal rows, from which the gate judges.
    gate_auc, gate_loss : float
        How much worse than the champion a candidate may be: ROC-AUC lower by, log loss higher by
        the factor.
    prior : float
        Share of fraud among all rows, to which a candidate's probabilities are calibrated.
    refusals : int
        After so many refusals on end the learner goes back to its champion.
    window, budget : int
        Verdicts, and presumptions, in the rolling prequential figures; how many may be alerts.
    drift_delta : float
        ADWIN's confidence.
    drift_memory : int
        Losses that the drift detector remembers at most.
    trial : int
        Labels over which a challenger must do better.
    """

    learning_rate: float = 0.05
    l2: float = 1e-2
    hold_ms: int = 3 * DAY_MS
    presumed_weight: float = 0.25
    risk_below: float = 400.0
    strength_below: float = 1.01
    own_below: float = 0.8
    own_from: int = 5
    presumed_per_day: int = 2000
    cluster_per_day: int = 20
    officer_window_ms: int = 30 * DAY_MS
    memory_cards: int = 50_000
    memory_ms: int = 60 * DAY_MS
    pending: int = 20_000
    rehearsed: int = 512
    recent: int = 1024
    held: int = 256
    held_one_in: int = 4
    snapshot_labels: int = 50
    snapshot_ms: int = DAY_MS
    gate_least: int = 5
    gate_auc: float = 0.02
    gate_loss: float = 1.15
    prior: float = 0.01
    refusals: int = 3
    window: int = 2000
    budget: int = 50
    drift_delta: float = 0.002
    drift_memory: int = 4096
    trial: int = 200
