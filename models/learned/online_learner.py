"""The online learner of one kind of card: learns from verdicts as they arrive."""

from collections import Counter, OrderedDict, deque
from dataclasses import asdict

import numpy as np

from features.hashing import combine
from models.learned.bad_model import BadModel
from models.learned.linear import LinearModel
from models.learned.online_challenger import Challenger
from models.learned.online_drift import LossDrift
from models.learned.online_evaluation import Prequential, RollingEvaluation, log_loss
from models.learned.online_gate import Gate
from models.learned.online_memory import CardMemory
from models.learned.online_model import OnlineLogistic
from models.learned.online_officers import OfficerWeights
from models.learned.online_presumption import Presumption, cluster_of, planes
from models.learned.online_report import Candidate, DriftReport, Report
from models.learned.online_rows import Labelled, Sample, Verdict, below, pack_labelled, under, unpack_labelled
from models.learned.online_settings import LearnerSettings

#: Seed of the lot that decides which rows are held back for the gate.
_HELD_SEED = np.uint64(77)
#: Losses are clipped here for the drift detector, nats (ours): ADWIN needs rows in proportion to the
#: range, and whether a verdict was a surprise shows at 2 nats, a score of 0.14 for a confirmed card.
_DRIFT_LOSS = 2.0
#: A verdict of this weight or more takes what an earlier one taught about the card out of rehearsal
#: (ours): an appeal that succeeds does, the third surprise by one officer does not.
_OVERRULES = 0.5


class OnlineLearner:
    """Samples and verdicts in, in order of event time; candidates and drift reports out.

    ::

        sample ──► memory of the card ─────────────┐ features as they stood
           │ drawn by lot                          ▼
           └──► waits hold_ms ──► presumption   verdict ──► 1 in 4 held back for the gate
                                     │ rationed    │ weighed by officer
                                     ▼             ▼
                                  score, then learn, then rehearse a confirmed row
                                     │
                                     └─► loss ──► ADWIN ──► challenger on trial

    It works when verdicts reach every pattern sooner or later. It misleads where officers only
    look at what it flags: what nobody judges is presumed normal in the end, within the rations of
    :class:`models.learned.online_presumption.Presumption`.

    Balance: each row held to be normal is answered by a confirmed row rehearsed with the same
    weight, so that fraud, a hundredth of the stream, weighs as much as the rest. Scores are
    therefore not probabilities of the population; fusion calibrates them.

    Parameters
    ----------
    features : tuple of str
        Names of the columns.
    settings : LearnerSettings

    Notes
    -----
    About 0.2 milliseconds a learned row (river, 50 features), a tenth of that for one that is only
    remembered. Memory is bounded by the settings; 600 bytes of state a remembered card.
    """

    def __init__(self, features: tuple[str, ...], settings: LearnerSettings = LearnerSettings()):  # noqa: B008
        self.features = features
        self._settings = settings
        n = len(features)
        self._planes = planes(n)
        self._model = self._fresh()
        self._champion: dict[str, np.ndarray] | None = None
        self._challenger: Challenger | None = None
        self._memory = CardMemory(n, settings.memory_cards, settings.memory_ms)
        self._presumption = Presumption(n, settings)
        self._judged: OrderedDict[int, tuple[int, bool]] = OrderedDict()  # finding, whether learned
        self._confirmed: deque[Labelled] = deque(maxlen=settings.rehearsed)
        self._recent: deque[Labelled] = deque(maxlen=settings.recent)
        self._officers = OfficerWeights(settings.officer_window_ms)
        self._gate = Gate(n, settings)
        self._evaluation = RollingEvaluation(settings.window, settings.budget)
        # Apart, or a day with more verdicts than usual would look like a drift. Verdicts are few.
        self._drift = {
            of: LossDrift(settings.drift_delta, settings.drift_memory, clock)
            for of, clock in (("verdicts", 1), ("presumptions", 32))
        }
        self.counts: Counter[str] = Counter()
        self._at = {"rehearse": 0, "labels": 0, "snapshot_ms": 0, "since_ms": 0, "refusals": 0}
        self._reports: list[Report] = []

    def take_sample(self, sample: Sample) -> list[Report]:
        """Take a row in, in order of event time; what waited long enough is presumed first."""
        self._presume(sample.time_ms)
        self._memory.see(sample)
        self.counts["samples"] += 1
        if sample.drawn:
            self._presumption.wait(sample)
        return self._told()

    def take_verdict(self, verdict: Verdict) -> list[Report]:
        """Take a verdict in, at its own event time: score the card as it stood, then learn it."""
        self._presume(verdict.time_ms)
        label = int(verdict.confirmed)
        self.counts["confirmed" if label else "cleared"] += 1
        before = self._judged.get(verdict.entity)
        rows = self._memory.rows(verdict.entity, verdict.time_ms)
        self._judged[verdict.entity] = (label, bool(rows))
        self._judged.move_to_end(verdict.entity)
        if len(self._judged) > self._settings.memory_cards:
            self._judged.popitem(last=False)
        if not rows:
            self.counts["verdicts_without_row"] += 1
            return self._told()
        if before == (label, True):
            # Saying it again teaches nothing: whoever repeats himself would outvote the others.
            self.counts["verdicts_repeated"] += 1
            return self._told()
        own = self._model.score_one(rows[0].values)
        self._note(rows[0].values, own, label, True, verdict.time_ms)
        surprising = self._knows() and (own >= 0.5) != verdict.confirmed
        weight = self._officers.weight(verdict.officer, surprising, verdict.time_ms)
        if before is not None and before[0] != label and weight >= _OVERRULES:
            self._overrule(verdict.entity)
        rows = [Labelled(row, label, verdict.officer, weight) for row in rows]
        if self._is_held(verdict.uid):
            self.counts["held"] += 1
            for row in rows:
                self._gate.hold(row)
        else:
            for row in rows:
                self._learn(row)
        self._at["labels"] += 1
        self._end_trial(verdict.time_ms)
        self._snapshot_if_due(verdict.time_ms)
        return self._told()

    def finish(self, time_ms: int) -> list[Report]:
        """A last candidate for what was learned since the one before, if anything was."""
        if self._at["labels"]:
            self._offer(time_ms)
        return self._told()

    def score_many(self, matrix: np.ndarray) -> np.ndarray:
        """Log-odds of rows of float32, shape (n, features); pure."""
        return self.model.log_odds(matrix, np.arange(len(self.features)))

    @property
    def model(self) -> LinearModel:
        """The model as it stands, before the gate."""
        return self._model.linear()

    @property
    def figures(self) -> Prequential:
        return self._evaluation.figures()

    def _fresh(self) -> OnlineLogistic:
        return OnlineLogistic(self.features, self._settings.learning_rate, self._settings.l2)

    def _knows(self) -> bool:
        return len(self._confirmed) >= self._settings.own_from

    def _is_held(self, uid: int) -> bool:
        return self._knows() and int(combine(_HELD_SEED, np.uint64(uid))) % self._settings.held_one_in == 0

    def _presume(self, now_ms: int) -> None:
        while (sample := self._presumption.due(now_ms)) is not None:
            if sample.entity in self._judged:
                continue
            known_ms = sample.time_ms + self._settings.hold_ms
            own = self._model.score_one(sample.values)
            self._note(sample.values, own, 0, False, known_ms)
            cluster = cluster_of(sample.values, self._planes)
            peak = self._memory.peak_risk(sample.entity)
            refusal = self._presumption.refusal(sample, peak, own if self._knows() else None, cluster)
            if refusal:
                self.counts[f"presumption_refused_{refusal}"] += 1
            else:
                row = Labelled(sample, 0, 0, self._settings.presumed_weight)
                if self._is_held(sample.uid):
                    self.counts["presumed_held"] += 1
                    self._gate.hold(row)
                else:
                    self.counts["presumed"] += 1
                    self._learn(row)
            self._end_trial(known_ms)

    def _note(self, values: np.ndarray, own: float, label: int, by_verdict: bool, time_ms: int) -> None:
        """Evaluate a label before it is learned."""
        self._evaluation.take(own, label, by_verdict)
        if self._challenger is not None:
            self._challenger.compare(values, label, own)
        of = "verdicts" if by_verdict else "presumptions"
        drift = self._drift[of].update(min(log_loss(own, label) / _DRIFT_LOSS, 1.0))
        if drift is None:
            return
        action = "none: the loss fell"
        if drift.worse and self._challenger is not None:
            action = "challenger is on trial already"
        elif drift.worse:
            action = "challenger started"
            self._challenger = Challenger(self._fresh(), self._settings.trial)
            self._challenger.start(self._recent)
        self.counts["drifts"] += 1
        self._reports.append(DriftReport(time_ms, action, of, drift))

    def _learn(self, row: Labelled) -> None:
        if not self._at["since_ms"]:
            self._at["since_ms"] = row.sample.time_ms
        if row.label:
            self._learn_one(row)
            self._confirmed.append(row)
        elif not self._confirmed:
            # Nothing to tell apart yet: it shows the scaler what is usual and moves no weight.
            self._recent.append(row)
            self._model.learn_one(row.sample.values, 0, 0.0)
        else:
            self._learn_one(row)
            self._rehearse(row.weight)

    def _rehearse(self, weight: float) -> None:
        # In turn, so that every confirmed row comes again as often as its neighbours.
        at = self._at["rehearse"] if self._at["rehearse"] < len(self._confirmed) else 0
        again = self._confirmed[at]
        self._at["rehearse"] = at + 1
        self._learn_one(Labelled(again.sample, 1, again.officer, weight * again.weight))

    def _learn_one(self, row: Labelled) -> None:
        self._recent.append(row)
        self._model.learn_one(row.sample.values, row.label, row.weight)
        if self._challenger is not None:
            self._challenger.model.learn_one(row.sample.values, row.label, row.weight)

    def _overrule(self, entity: int) -> None:
        """A later verdict stands; what the earlier one taught is no longer rehearsed or held."""
        self.counts["overruled"] += 1
        self._gate.drop(entity)
        for name in ("_confirmed", "_recent"):
            rows = getattr(self, name)
            setattr(self, name, deque((r for r in rows if r.sample.entity != entity), rows.maxlen))

    def _end_trial(self, time_ms: int) -> None:
        if self._challenger is None or (wins := self._challenger.verdict) is None:
            return
        action = "challenger took over" if wins else "challenger dropped"
        if wins and self._challenger.forgets(self._confirmed, self._model):
            wins, action = False, "challenger dropped: it had forgotten confirmed cards"
        if wins:
            self._model = self._challenger.model
        self._challenger = None
        self._reports.append(DriftReport(time_ms, action))

    def _snapshot_if_due(self, time_ms: int) -> None:
        late = time_ms - self._at["snapshot_ms"] >= self._settings.snapshot_ms and self._at["snapshot_ms"] > 0
        if self._at["snapshot_ms"] == 0:
            self._at["snapshot_ms"] = time_ms
        if late or self._at["labels"] >= self._settings.snapshot_labels:
            self._offer(time_ms)

    def _offer(self, time_ms: int) -> None:
        self._at["labels"], self._at["snapshot_ms"] = 0, time_ms
        candidate = self.model
        answer = self._gate.judge(candidate, self._champion_model())
        calibration = self._gate.calibration(candidate)
        learned = dict(self.counts)
        self._reports.append(
            Candidate(time_ms, self._at["since_ms"], candidate, calibration, self.figures, answer, learned)
        )
        if answer.passed:
            self._champion = self._model.snapshot()
            self._at["refusals"] = 0
        elif answer.champion is not None:
            self._at["refusals"] += 1
            if self._at["refusals"] >= self._settings.refusals:
                self._go_back(time_ms)

    def _champion_model(self) -> LinearModel | None:
        return None if self._champion is None else self._restored(self._champion).linear()

    def _go_back(self, time_ms: int) -> None:
        self._model = self._restored(self._champion)
        self._at["refusals"] = 0
        self._reports.append(DriftReport(time_ms, "went back to the champion"))

    def _restored(self, arrays: dict[str, np.ndarray]) -> OnlineLogistic:
        model = self._fresh()
        model.restore(arrays)
        return model

    def _told(self) -> list[Report]:
        told, self._reports = self._reports, []
        return told

    def snapshot(self) -> tuple[dict[str, np.ndarray], dict]:
        """All state, as arrays and what JSON can hold; :meth:`restore` goes on bit for bit."""
        n = len(self.features)
        arrays = {
            **under("model", self._model.snapshot()),
            **under("memory", self._memory.snapshot()),
            **under("presumption", self._presumption.snapshot()),
            **under("rehearsed", pack_labelled(self._confirmed, n)),
            **under("recent", pack_labelled(self._recent, n)),
            **under("officers", self._officers.snapshot()),
            **under("gate", self._gate.snapshot()),
            **under("evaluation", self._evaluation.snapshot()),
            **{f"drift.{of}.{name}": a for of, drift in self._drift.items() for name, a in drift.snapshot().items()},
            "judged": np.array(list(self._judged), np.uint64),
            "judged_label": np.array([label for label, _ in self._judged.values()], np.int8),
            "judged_learned": np.array([learned for _, learned in self._judged.values()], np.bool_),
        }
        if self._champion is not None:
            arrays |= under("champion", self._champion)
        if self._challenger is not None:
            arrays |= under("challenger", self._challenger.snapshot())
        meta = {"features": list(self.features), "settings": asdict(self._settings)}
        return arrays, meta | {"counts": dict(self.counts), "at": dict(self._at)}

    def restore(self, arrays: dict[str, np.ndarray], meta: dict) -> None:
        """Become what :meth:`snapshot` saw; called on a learner that has taken nothing yet.

        Raises
        ------
        BadModel
            The state is of other features.
        """
        if tuple(meta["features"]) != self.features:
            raise BadModel("the learner's state is of other features than this release computes; start it anew")
        self._model.restore(below("model", arrays))
        self._memory.restore(below("memory", arrays))
        self._presumption.restore(below("presumption", arrays))
        self._confirmed.extend(unpack_labelled(below("rehearsed", arrays)))
        self._recent.extend(unpack_labelled(below("recent", arrays)))
        self._officers.restore(below("officers", arrays))
        self._gate.restore(below("gate", arrays))
        self._evaluation.restore(below("evaluation", arrays))
        for of, drift in self._drift.items():
            drift.restore(below(f"drift.{of}", arrays))
        findings = zip(arrays["judged_label"].tolist(), arrays["judged_learned"].tolist())
        self._judged = OrderedDict(zip(arrays["judged"].tolist(), findings))
        champion, challenger = below("champion", arrays), below("challenger", arrays)
        self._champion = {name: array.copy() for name, array in champion.items()} or None
        if challenger:
            self._challenger = Challenger(self._fresh(), self._settings.trial)
            self._challenger.restore(challenger)
        self.counts, self._at = Counter(meta["counts"]), dict(meta["at"])
