"""``duanka models``: train, look at, publish and take back models."""

import json
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from connectors.clickhouse import open_store
from connectors.model_registry import NO_MODEL, ModelEvent, ModelRegistry, RegistryEntry
from connectors.schema.migrations import migrate
from connectors.store_url import parse_store_url
from features.errors import DuankaError
from jobs.cli.duration import parse_duration
from jobs.cli.moment import parse_moment
from jobs.cli.options import Bus, Config, FormatOption, Models, Rules, bus_url
from jobs.cli.output import Format, console, messages, print_rows, when
from jobs.settings import Settings, load_settings

models = typer.Typer(help="Train, show, publish and take back models.", no_args_is_help=True)

Officer = Annotated[str, typer.Option("--officer", help="Who asks for it; kept in the log.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; kept in the log.")]
From = Annotated[
    str,
    typer.Option("--from", help="Event time from which it counts: ISO-8601 with offset. As soon as possible if empty."),
]
Wanted = Annotated[str, typer.Argument(help="Number, or beginning of the version.", metavar="MODEL")]


class Family(StrEnum):
    """What is fitted."""

    TREES = "trees"
    LOGISTIC = "logistic"


class LabelSource(StrEnum):
    """Where labels come from."""

    TRUTH = "truth"
    VERDICTS = "verdicts"


@models.command()
def train(
    officer: Annotated[str, typer.Option("--officer", help="Who trains it; kept in the manifest.")] = "",
    labels: Annotated[LabelSource, typer.Option(help="truth.csv, or the verdicts in the stream.")] = LabelSource.TRUTH,
    truth: Annotated[Path | None, typer.Option(help="truth.csv; the one in the bus by default.")] = None,
    delay: Annotated[str, typer.Option(help="How long after its first bad event a card's truth is known.")] = "1d",
    family: Annotated[Family, typer.Option(help="Boosted trees or a logistic model.")] = Family.TREES,
    every: Annotated[str, typer.Option(help="Learn one row per card and so much time.")] = "6h",
    test_share: Annotated[
        float, typer.Option(min=0.1, max=0.8, help="Share of the time, its end, that is tested on.")
    ] = 0.4,
    seed: Annotated[int, typer.Option(help="Of the trees.")] = 1,
    note: Annotated[str, typer.Option(help="Kept in the manifest.")] = "",
    bus: Bus = None,
    rules: Rules = None,
    registry: Models = None,
    config: Config = None,
) -> None:
    """Train on a replay of the bus and store the model, unpublished.

    Rows are features as they stood when the card was scored. Labels count once they were known.
    """
    settings = load_settings(config, bus=bus_url(bus), rules=rules, models=registry)
    settings.require_bus()
    # Imported late: other commands start without numba and scikit-learn.
    from jobs.model_life.train_on_bus import train_on_bus
    from models.learned.model_snapshot import ModelSnapshot

    spans = parse_duration(every), parse_duration(delay)
    known = (truth or settings.bus_folder / "truth.csv") if labels is LabelSource.TRUTH else None
    snapshot, skipped = train_on_bus(
        settings, known, *spans, str(family), test_share, seed, officer, note, lambda text: messages.print(text)
    )
    for reason in skipped:
        messages.print(f"left out: {reason}", soft_wrap=True)
    blob = snapshot.to_bytes()
    entry = _registry(settings).add(blob, snapshot.version, officer or "unnamed", note)
    _print_manifest(entry, ModelSnapshot.from_bytes(blob))
    console.print(f"stored as model {entry.number}; not published. next: duanka models shadow {entry.number}")


@models.command()
def add(
    file: Annotated[Path, typer.Argument(help="A snapshot that ModelSnapshot.to_bytes wrote.", metavar="FILE")],
    officer: Annotated[str, typer.Option("--officer", help="Who adds it; kept in the log.")],
    reason: Annotated[str, typer.Option("--reason", help="Kept in the log.")] = "",
    registry: Models = None,
    config: Config = None,
) -> None:
    """Store a model that was trained elsewhere, such as in a notebook, unpublished."""
    from models.learned.model_snapshot import ModelSnapshot

    settings = load_settings(config, models=registry)
    try:
        blob = file.read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"{file} cannot be read: {error.strerror}", param_hint="FILE") from error
    snapshot = ModelSnapshot.from_bytes(blob)
    entry = _registry(settings).add(blob, snapshot.version, officer, reason)
    console.print(f"stored as model {entry.number}; not published. next: duanka models shadow {entry.number}")


@models.command(name="list")
def list_(how: FormatOption = Format.TABLE, registry: Models = None, config: Config = None) -> None:
    """List the models, their roles, and what is wrong with any of them."""
    mine = _registry(load_settings(config, models=registry))
    roles = mine.roles()
    rows = []
    for entry in mine.entries():
        role = {roles.champion: "champion", roles.shadow: "shadow"}.get(entry.number, "")
        rows.append({"model": entry.number, "role": role, "version": entry.version} | _about(mine, entry))
    print_rows(rows, ("model", "role", "version", "created", "author", "kinds", "auc", "note", "state"), how)


@models.command()
def show(wanted: Wanted, how: FormatOption = Format.TABLE, registry: Models = None, config: Config = None) -> None:
    """Show a model's manifest, and what was done with it."""
    from jobs.model_life.load import load_entry

    mine = _registry(load_settings(config, models=registry))
    entry = mine.find(wanted)
    snapshot, blob = load_entry(mine, entry)
    history = [_event(e) for e in mine.events() if e.number == entry.number]
    if how is Format.JSON:
        known = {"model": entry.number, "version": entry.version, "bytes": len(blob)}
        print(json.dumps(known | asdict(snapshot.manifest) | {"history": history}, ensure_ascii=False, indent=2))
        return
    if how is Format.TABLE:
        _print_manifest(entry, snapshot)
    print_rows(history, ("at", "action", "by", "why", "from", "role"), how, "history")


@models.command()
def log(how: FormatOption = Format.TABLE, registry: Models = None, config: Config = None) -> None:
    """Show who did what with which model, and which run took it over."""
    mine = _registry(load_settings(config, models=registry))
    print_rows([_event(e) for e in mine.events()], ("at", "action", "model", "by", "why", "from", "role"), how)


@models.command()
def publish(
    wanted: Wanted, officer: Officer, reason: Reason, start: From = "", registry: Models = None, config: Config = None
) -> None:
    """Make a model the champion: running jobs take it over without a restart."""
    settings, mine, entry = _usable(config, registry, wanted)
    _said(settings, mine.publish(entry.number, officer, reason, _moment(start)))


@models.command()
def shadow(
    officer: Officer,
    reason: Reason,
    wanted: Annotated[str, typer.Argument(help="Number, or beginning of the version.", metavar="MODEL")] = "",
    off: Annotated[bool, typer.Option("--off", help="End the shadow.")] = False,
    start: From = "",
    registry: Models = None,
    config: Config = None,
) -> None:
    """Score with a model beside the champion; nothing is done upon it."""
    if off == bool(wanted):
        raise typer.BadParameter("want a model or --off, one of both", param_hint="MODEL")
    if off:
        settings = load_settings(config, models=registry)
        _said(settings, _registry(settings).shadow(NO_MODEL, officer, reason, _moment(start)))
        return
    settings, mine, entry = _usable(config, registry, wanted)
    _said(settings, mine.shadow(entry.number, officer, reason, _moment(start)))


@models.command()
def promote(
    officer: Officer, reason: Reason, start: From = "", registry: Models = None, config: Config = None
) -> None:
    """Make the shadow the champion."""
    settings = load_settings(config, models=registry)
    mine = _registry(settings)
    if mine.roles().shadow != NO_MODEL:
        _usable(config, registry, str(mine.roles().shadow))
    _said(settings, mine.promote(officer, reason, _moment(start)))


@models.command()
def rollback(
    officer: Officer, reason: Reason, start: From = "", registry: Models = None, config: Config = None
) -> None:
    """Make the champion before the present one champion again."""
    settings = load_settings(config, models=registry)
    _said(settings, _registry(settings).rollback(officer, reason, _moment(start)))


def _registry(settings: Settings) -> ModelRegistry:
    # Imported late: other commands start without numpy.
    from jobs.model_life.shipped import open_registry

    return open_registry(settings.models)


def _usable(config: Path | None, registry: Path | None, wanted: str) -> tuple[Settings, ModelRegistry, RegistryEntry]:
    """The model asked for, once it was found fit to be used."""
    from jobs.model_life.load import load_entry

    settings = load_settings(config, models=registry)
    mine = _registry(settings)
    entry = mine.find(wanted)
    load_entry(mine, entry)
    return settings, mine, entry


def _moment(text: str) -> int | None:
    return parse_moment(text) if text else None


def _said(settings: Settings, event: ModelEvent) -> None:
    what = f"model {event.number} ({event.version})" if event.number else "no model"
    role = "shadow" if event.action == "shadow" else "champion"
    since = f" from {when(event.from_ms)} on" if event.from_ms is not None else ""
    console.print(f"{role}: {what}{since}; running jobs take it over, others when they start", soft_wrap=True)
    if parse_store_url(settings.store).path is None:
        # An embedded store gets its copy from the job that uses it.
        from jobs.model_life.store_copy import copy_models

        with open_store(settings.store) as store:
            migrate(store)
            copy_models(store, _registry(settings))


def _about(mine: ModelRegistry, entry: RegistryEntry) -> dict:
    from jobs.model_life.load import load_entry

    try:
        manifest = load_entry(mine, entry)[0].manifest
    except DuankaError as error:
        return {"state": str(error)}
    return {
        "created": when(manifest.created_ms),
        "author": manifest.author,
        "kinds": list(manifest.training),
        "auc": [round(t.metrics["auc"], 4) for t in manifest.training.values() if "auc" in t.metrics],
        "note": manifest.note,
        "state": "ok",
    }


def _event(event: ModelEvent) -> dict:
    since = "" if event.from_ms is None else when(event.from_ms) if event.from_ms >= 0 else "start"
    row = {"at": when(event.at_ms), "action": str(event.action), "model": event.number, "by": event.by}
    return row | {"why": event.why, "from": since, "role": event.role}


def _print_manifest(entry: RegistryEntry, snapshot) -> None:
    manifest = snapshot.manifest
    console.print(f"model {entry.number}, version {entry.version}, by {manifest.author or 'nobody'}, "
                  f"{when(manifest.created_ms)}{': ' + manifest.note if manifest.note else ''}", soft_wrap=True)
    rows = []
    for kind, training in manifest.training.items():
        row = {"kind": kind, "family": training.family, "features": len(training.features)}
        row |= {"from": when(training.from_ms), "to": when(training.to_ms), "tested to": when(training.tested_to_ms)}
        rows.append(row | dict(training.labels) | dict(training.metrics))
    for row in rows:
        print_rows([{"": k, row["kind"]: v} for k, v in row.items() if k != "kind"], ("", row["kind"]), Format.TABLE)

