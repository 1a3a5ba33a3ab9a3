"""A shard of cards at work: features, models, episodes. The same code in Flink and in the replay."""

import json
from dataclasses import asdict

import numpy as np

from features.bounds import Bounds
from features.card_features import CardFeatures, FeatureRows, unlooked
from features.card_watch import CardWatch, Stretch
from features.decay import HOUR_MS
from features.events import TOPICS, VERDICTS
from features.owners import AccountOwners
from features.person_rows import NO_ROWS, person_rows
from features.roles import ACCOUNT, CARD_ROW, NOTE, OUT, PHONE, PRIMARY, SIGNAL, pick
from features.snapshot import BadSnapshot, pack, unpack
from features.subbatch import SubBatch
from jobs.list_marks import findings_of, lift
from jobs.model_life.models_in_force import ModelsInForce
from jobs.outcome import HitRow, Repeat, ShardCounts, StepOutcome
from jobs.score_rows import NAMED_FROM
from models.episodes import Alert, Episode, Episodes, Patience
from models.explanation import explain
from models.fusion import NO_TYPOLOGIES
from models.levels import Level
from models.list_findings import ListFinding
from models.rules import Rules
from models.scorer import BUILT_IN, FEATURE_NAMES, Scored, Scorer

STATE_VERSION = 2
_KIND = "card-shard"
_TOPIC_NAMES = tuple(TOPICS)
_VERDICT, _CLEARED = _TOPIC_NAMES.index("verdict"), VERDICTS.index("cleared")


class CardShard:
    """One shard: sub-batches in, hits out.

    Everything it knows is in :meth:`snapshot`; what it gives depends on the events and their times
    alone (see :class:`features.ordering.EventTimeOrder` for the one exception, late events).
    """

    def __init__(self, rules: Rules, bounds: Bounds = Bounds()):
        self._rules = rules
        self._features = CardFeatures(bounds)
        self._watch = CardWatch()
        self._scorer = Scorer(rules)
        self._models = ModelsInForce()
        self._episodes = Episodes(patience(rules))
        self._counts = ShardCounts()
        self._owners = AccountOwners(bounds.max_entities)

    @property
    def features(self) -> CardFeatures:
        return self._features

    @property
    def nbytes(self) -> int:
        """Rough size of a snapshot's cards and lists."""
        return self._features.nbytes + self._watch.nbytes

    @property
    def counts(self) -> ShardCounts:
        return self._counts

    @property
    def in_force(self) -> dict[str, str]:
        """Version of the model that scores now, by role."""
        return self._models.now

    @property
    def held_from_ms(self) -> int:
        """Event time of the first row that waits; the largest int64 when none does."""
        return self._features.order.held_from_ms

    def push(self, payload: bytes) -> None:
        """Take the bytes of a sub-batch in."""
        if payload:
            self.push_batch(SubBatch.from_bytes(payload, CARD_ROW))

    def push_batch(self, batch: SubBatch) -> None:
        self._watch.texts.expect(batch.texts)
        self._features.push(batch)

    def step(self, watermark_ms: int) -> StepOutcome:
        """Score what the watermark lets out."""
        released = self._features.release(watermark_ms)
        rows = released.rows
        scored: list[tuple[FeatureRows, Scored]] = []
        alerts, told = 0, []
        for stretch in self._watch.stretches(rows, watermark_ms, self._features.order.held > 0):
            at = 0
            for features in self._features.update(stretch.rows) if stretch.rows.size else ():
                marks = stretch.marks and stretch.marks.part(slice(at, at + len(features.rows)))
                at += len(features.rows)
                events = features.rows["role"] != SIGNAL
                if not events.all():
                    features, marks = features.part(events), marks and marks.part(events)
                if len(features.rows) == 0:
                    continue
                begin = 0
                for part in self._models.parts(features, watermark_ms):
                    self._scorer.model, self._scorer.shadow = part.champion, part.shadow
                    kind, part_rows = part.features.kind, part.features.rows
                    end = begin + len(part_rows)
                    said = marks and marks.part(slice(begin, end))
                    begin = end
                    outcome = lift(self._scorer.score(part.features), kind, part_rows["role"], said, self._rules)
                    scored.append((part.features, outcome))
                    alerts += self._take_alerts(part.features, outcome)
                    told.append(person_rows(part.features, outcome.risk, self._owners))
            alerts += self._take_words(stretch, watermark_ms, scored)
        repeats = [self._repeat(row) for row in released.repeats if row["flags"] & PRIMARY]
        self._counts = ShardCounts(
            self._counts.scored + int(np.count_nonzero(rows["flags"] & PRIMARY)),
            self._counts.repeated + len(repeats),
            self._counts.late + released.late,
            self._counts.alerts + alerts,
        )
        hits = [self._hit(episode) for episode in self._episodes.take_changed()]
        # After the hits: one that is over by now may be the last to need its model.
        self._models.advance(watermark_ms, self._episodes.models())
        self._episodes.forget(self._features.order.watermark_ms)
        persons = np.concatenate([NO_ROWS, *told])
        return StepOutcome(hits, repeats, self._counts, scored, self._episodes.take_reached(), persons)

    def take_model(self, blob: bytes, effective_ms: int, role: str) -> None:
        """Take a model over for rows from `effective_ms` on; see :class:`ModelsInForce`."""
        self._models.take(blob, effective_ms, role)

    def _take_words(self, stretch: Stretch, watermark_ms: int, scored: list[tuple[FeatureRows, Scored]]) -> int:
        """Score words about lists, which are no events; open the hits of cards that are listed by themselves."""
        alerts = 0
        for kind in (PHONE, ACCOUNT):
            mine = stretch.words["card_kind"] == kind
            if not mine.any():
                continue
            rows, begin = pick(stretch.words, mine), 0
            features = self._features.look(rows) if stretch.at_once else unlooked(kind, rows)
            for part in self._models.parts(features, watermark_ms):
                self._scorer.model, self._scorer.shadow = part.champion, part.shadow
                marks = stretch.word_marks.part(mine).part(slice(begin, begin := begin + len(part.features.rows)))
                outcome = self._scorer.look(part.features) if stretch.at_once else self._scorer.unasked(part.features)
                outcome = lift(outcome, kind, part.features.rows["role"], marks, self._rules)
                scored.append((part.features, outcome))
                if stretch.at_once:
                    alerts += self._take_alerts(part.features, outcome, words=True)
        return alerts

    def _take_alerts(self, features: FeatureRows, scored: Scored, words: bool = False) -> int:
        rows = features.rows
        holding = (scored.risk >= self._rules.hold_from(scored.learned)) & ((rows["role"] >= OUT) | words)
        if scored.marks is not None:
            holding &= ~scored.marks.allowed
        cleared = (rows["role"] == NOTE) & (rows["topic"] == _VERDICT) & (rows["kind"] == _CLEARED)
        chosen = np.flatnonzero(holding | cleared)
        if chosen.size == 0:
            return 0
        codes = scored.evidence.codes
        rows = pick(rows, chosen)
        strengths = scored.evidence.strength[chosen].tolist()
        fields = zip(rows["entity"].tolist(), rows["time"].tolist(), rows["uid"].tolist(), rows["role"].tolist())
        judged = zip(scored.risk[chosen].tolist(), scored.level[chosen].tolist())
        version = scored.model.version if scored.model else BUILT_IN
        for k, ((entity, time_ms, uid, role), (risk, level)) in enumerate(zip(fields, judged)):
            if words:
                self._episodes.wake(entity)
            elif role == NOTE:
                self._episodes.clear(entity, time_ms)
                continue
            at = chosen[k]
            found = findings_of(scored, at, role, self._rules, self._watch.texts)
            self._episodes.alert(
                Alert(
                    entity,
                    features.kind,
                    time_ms,
                    uid,
                    risk,
                    level,
                    [(c, s) for c, s in zip(codes, strengths[k]) if s >= NAMED_FROM] + [(f.code, 1.0) for f in found],
                    found,
                ),
                card=lambda row=rows[k]: self._features.card_name(row),
                strength=scored.evidence.strength[at],
                values=features.matrix[at],
                model=version,
            )
        return int(np.count_nonzero(scored.level[chosen] * holding[chosen]))

    def _hit(self, episode: Episode) -> HitRow:
        explained = explain(
            episode.kind,
            episode.values,
            episode.strength,
            self._rules,
            self._models.version(episode.model),
            [ListFinding(*row) for row in episode.findings],
        )
        return HitRow(
            hit_id=episode.hit_id,
            card=episode.card,
            first_seen=episode.first_ms,
            last_seen=episode.last_ms,
            peak_time=episode.peak_ms,
            alerts=episode.alerts,
            risk=round(episode.risk),
            level=Level(episode.level).label,
            typologies=sorted(c for c in episode.codes if c not in NO_TYPOLOGIES),
            reasons_zh=[r.zh for r in explained.reasons],
            reasons_en=[r.en for r in explained.reasons],
            reason_codes=[r.code for r in explained.reasons],
            reason_points=[r.points for r in explained.reasons],
            feature_names=list(FEATURE_NAMES[episode.kind]),
            feature_values=episode.values,
            evidence_codes=list(self._scorer.codes(episode.kind)),
            evidence_strength=episode.strength,
            list_findings=[json.dumps(row, ensure_ascii=False) for row in episode.findings],
            trigger_uid=episode.peak_uid,
            model_version=episode.model,
            typology_version=self._rules.version,
            version=episode.version,
        )

    def _repeat(self, row: np.void) -> Repeat:
        source = self._features.sources[row["source"]]
        return Repeat(_TOPIC_NAMES[row["topic"]], source, int(row["offset"]))

    def snapshot(self) -> bytes:
        """All state as plain data."""
        arrays = {f"scorer.{n}": a for n, a in self._scorer.snapshot().items()}
        arrays["features"] = np.frombuffer(self._features.snapshot(), np.uint8)
        arrays |= {f"owners.{n}": a for n, a in self._owners.snapshot().items()}
        arrays |= self._models.snapshot()
        arrays |= {f"watch.{n}": a for n, a in self._watch.table.snapshot().items()}
        meta = {
            "episodes": self._episodes.snapshot(),
            "counts": asdict(self._counts),
            "models": self._models.describe(),
            "watch_texts": self._watch.texts.snapshot(),
        }
        return pack(_KIND, STATE_VERSION, arrays, meta)

    def restore(self, blob: bytes) -> None:
        """Become what :meth:`snapshot` saw.

        Raises
        ------
        features.snapshot.BadSnapshot
        """
        arrays, meta = unpack(blob, _KIND, STATE_VERSION)
        self._features.restore(arrays["features"].tobytes())
        self._scorer.restore(
            {n.removeprefix("scorer."): a for n, a in arrays.items() if n.startswith("scorer.")}
        )
        # Releases without lists had neither.
        of_lists = {n.removeprefix("watch."): a for n, a in arrays.items() if n.startswith("watch.")}
        self._watch.restore(of_lists, meta.get("watch_texts", {}))
        self._owners.restore({n.removeprefix("owners."): a for n, a in arrays.items() if n.startswith("owners.")})
        try:
            self._models.restore(arrays, meta["models"])
            self._episodes.restore(meta["episodes"])
            self._counts = ShardCounts(**meta["counts"])
        except (KeyError, TypeError) as error:
            raise BadSnapshot(f"the state of a card shard is incomplete: {error}") from error


def patience(rules: Rules) -> Patience:
    """When a card is left alone, as the rules say."""
    episode = rules.episode
    return Patience(
        int(episode["gap_hours"] * HOUR_MS),
        int(episode["cool_down_hours"] * HOUR_MS),
        int(episode["snooze_hours"] * HOUR_MS),
        episode["snooze_points"],
    )
