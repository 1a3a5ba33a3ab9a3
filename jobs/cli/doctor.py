"""``duanka doctor``"""

import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

import typer

from connectors.clickhouse import open_store
from connectors.errors import StoreQueryError
from features.errors import DuankaError
from jobs.cli.options import Bus, Config, FormatOption, StoreOption, bus_url
from jobs.cli.output import Format, print_rows
from jobs.settings import Settings, load_settings

_PACKAGES = ("apache-flink", "chdb", "clickhouse-driver", "confluent-kafka", "numba", "numpy", "pyarrow", "river")

#: ClickHouse's code.
UNKNOWN_DATABASE = 81


@dataclass(frozen=True)
class Finding:
    """One part that was checked; `fix` is empty when it is well."""

    part: str
    state: str
    found: str
    fix: str


def doctor(
    bus: Bus = None, store: StoreOption = None, how: FormatOption = Format.TABLE, config: Config = None
) -> None:
    """Check every part that a run needs, and say how to mend what is missing."""
    settings = load_settings(config, bus=bus_url(bus), store=store)
    checks = (_python, _packages, _java, lambda: _rules(settings), lambda: _bus(settings), lambda: _store(settings))
    findings = [check() for check in checks]
    rows = [finding.__dict__ for finding in findings]
    print_rows(rows, ("part", "state", "found", "fix"), how)
    if any(finding.state == "bad" for finding in findings):
        raise typer.Exit(1)


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] in ((3, 11), (3, 12)):
        return Finding("python", "ok", found, "")
    return Finding("python", "bad", found, "use Python 3.11 or 3.12")


def _packages() -> Finding:
    found, missing = [], []
    for name in _PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    fix = f"install {', '.join(missing)}: make setup" if missing else ""
    return Finding("packages", "bad" if missing else "ok", ", ".join(found), fix)


def _java() -> Finding:
    from jobs.flink.java import find_java

    try:
        return Finding("java", "ok", str(find_java()), "")
    except DuankaError as error:
        return Finding("java", "bad", "none", str(error))


def _rules(settings: Settings) -> Finding:
    try:
        return Finding("rules", "ok", f"version {settings.load_rules().version}", "")
    except DuankaError as error:
        return Finding("rules", "bad", str(settings.rules), str(error))


def _bus(settings: Settings) -> Finding:
    try:
        settings.require_bus()
    except DuankaError as error:
        return Finding("bus", "bad", settings.bus, str(error))
    return Finding("bus", "ok", settings.bus, "")


def _store(settings: Settings) -> Finding:
    try:
        with open_store(settings.store) as db:
            engine = db.query("SELECT version() AS version")[0]["version"]
    except StoreQueryError as error:
        if error.code == UNKNOWN_DATABASE:
            return Finding("store", "ok", f"{settings.store}, no tables yet", "")
        return Finding("store", "bad", settings.store, str(error))
    except DuankaError as error:
        return Finding("store", "bad", settings.store, str(error))
    return Finding("store", "ok", f"{settings.store}, ClickHouse {engine}", "")
