"""Candidates on their way to the model registry: stored for people to look at, never published."""

import json
from collections.abc import Iterable
from typing import Any

from connectors.clickhouse import Store
from connectors.model_registry import NO_MODEL, ModelRegistry
from features.roles import ACCOUNT, PHONE
from jobs.learning.report_rows import model_from_row
from jobs.model_life.load import load_entry, load_number
from models.learned.card_model import CardModel
from models.learned.model_snapshot import Manifest, ModelSnapshot, Training

_NAMES = {PHONE: "phone", ACCOUNT: "account"}
_FAMILY = "river StandardScaler | LogisticRegression, online"


def author(run_id: str) -> str:
    """Who a run's candidates are by, in the registry's log."""
    return f"duanka learn, {run_id}"


class CandidateWriter:
    """Stores what learners say: candidates that passed the gate in the registry, all reports in the store.

    A candidate is of one kind of card, a snapshot of all: the other kinds, and their fusion, are
    those of this run's candidate before, or else of the champion in the registry. So publishing the
    newest candidate takes nothing away.

    Writing the same rows again changes nothing: a snapshot is known by its content.

    Parameters
    ----------
    registry : ModelRegistry
    store : Store
    run_id : str
    """

    def __init__(self, registry: ModelRegistry, store: Store, run_id: str):
        self._registry = registry
        self._store = store
        self._run_id = run_id

    def write(self, rows: Iterable[dict[str, Any]]) -> None:
        """Take rows of :func:`jobs.learning.report_rows.report_row` in, in order of each kind."""
        rows = [row | {"version": self._add(row) if row["passed"] else ""} for row in rows]
        if not rows:
            return
        columns = {name: [row[name] for row in rows] for name in ("kind", "event_time", "what", "message", "version")}
        columns["passed"] = [int(row["passed"]) for row in rows]
        columns["figures"] = [json.dumps(row["figures"] | row.get("labels", {}), sort_keys=True) for row in rows]
        self._store.insert("learning_reports", columns | {"run_id": [self._run_id] * len(rows)})

    def _add(self, row: dict[str, Any]) -> str:
        """Store a candidate; the version it has in the registry."""
        base = self._base()
        cards = dict(base.cards) if base else {}
        training = dict(base.manifest.training) if base else {}
        fusion = dict(base.fusion) if base else {}
        kind, name = row["kind"], _NAMES[row["kind"]]
        cards[kind] = model_from_row(row)
        training[name] = _training(row, cards[kind])
        # A stack was fitted to another model of this kind.
        fusion = {key: weights for key, weights in fusion.items() if not key.startswith(f"{name}.")}
        # Event time, not the clock: the same candidate, written again, is the same snapshot.
        manifest = Manifest(row["event_time"], author(self._run_id), f"{name}: {row['message']}", training=training)
        snapshot = ModelSnapshot(manifest, cards, fusion)
        blob = snapshot.to_bytes()
        self._registry.add(blob, snapshot.version, author(self._run_id), row["message"])
        return snapshot.version

    def _base(self) -> ModelSnapshot | None:
        mine = [event for event in self._registry.events() if event.by == author(self._run_id)]
        if mine:
            return load_entry(self._registry, self._registry.find(mine[-1].number))[0]
        champion = self._registry.roles().champion
        if champion == NO_MODEL:
            return None
        entry = self._registry.find(champion)
        return ModelSnapshot.from_bytes(load_number(self._registry, champion, entry.version))


def _training(row: dict[str, Any], model: CardModel) -> Training:
    counts = row["labels"]
    labels = {"bad": counts.get("confirmed", 0), "good": counts.get("cleared", 0) + counts.get("presumed", 0)}
    return Training(
        _FAMILY, row["since_ms"], row["event_time"], row["event_time"], labels, row["figures"], model.features
    )
