"""``duanka store``: the embedded store, and the tables of any store."""

import json
from pathlib import Path
from typing import Annotated

import typer

from connectors import embedded
from connectors.clickhouse import open_store
from connectors.queries import stats
from connectors.schema.cluster_layout import ClusterLayout
from connectors.schema.ddl_file import ddl_text
from connectors.schema.migrations import migrate as migrate_tables
from connectors.schema.roles_file import roles_text
from connectors.store_url import StoreUrl, parse_store_url
from features.errors import DuankaError
from jobs.cli.options import Config, FormatOption, StoreOption
from jobs.cli.output import Format, console, messages, print_rows
from jobs.settings import load_settings

store = typer.Typer(help="Start, stop, migrate and look at the store.", no_args_is_help=True)


class NotEmbedded(DuankaError):
    """The command is for an embedded store."""


class NotWritable(DuankaError):
    """A file cannot be written."""


@store.command()
def start(url: StoreOption = None, config: Config = None) -> None:
    """Start the embedded store, unless it runs."""
    address = _embedded(url, config)
    server = embedded.start(address.path)
    console.print(f"{address}: listening on {server.host}:{server.port}, password in {address.path}", soft_wrap=True)


@store.command()
def stop(url: StoreOption = None, config: Config = None) -> None:
    """Stop the embedded store; what was acknowledged is on disk."""
    address = _embedded(url, config)
    stopped = embedded.stop(address.path)
    console.print(f"{address}: {'stopped' if stopped is not False else 'was not running'}", soft_wrap=True)


@store.command()
def migrate(
    url: StoreOption = None,
    cluster: Annotated[
        str | None, typer.Option("--cluster", help="Cluster of ClickHouse servers whose shards hold the tables; needed "
                                                   "the first time only.", show_default=False)
    ] = None,
    config: Config = None,
) -> None:
    """Bring the store's tables to this release."""
    settings = load_settings(config, store=url)
    with open_store(settings.store) as db:
        applied = migrate_tables(db, cluster=cluster)
    console.print(f"{settings.store}: {', '.join(str(a) for a in applied) if applied else 'up to date'}")


_CLUSTER = typer.Option("--cluster", help="Name in the servers' remote_servers, or {cluster}.", show_default=False)
OutOption = Annotated[
    Path | None, typer.Option("--out", help="File to write; standard output if not given.", show_default=False)
]


@store.command()
def ddl(
    cluster: Annotated[str, _CLUSTER], out: OutOption = None, url: StoreOption = None, config: Config = None
) -> None:
    """Print the statements that make the tables on a cluster, for the database that --store names."""
    database = parse_store_url(load_settings(config, store=url).store).database
    _write(ddl_text(ClusterLayout(cluster, database)), out)


@store.command()
def roles(
    cluster: Annotated[str | None, _CLUSTER] = None,
    out: OutOption = None,
    url: StoreOption = None,
    config: Config = None,
) -> None:
    """Print the statements that make the roles of a server, or of a cluster."""
    database = parse_store_url(load_settings(config, store=url).store).database
    _write(roles_text(database, ClusterLayout(cluster, database) if cluster else None), out)


def _write(text: str, out: Path | None) -> None:
    if out is None:
        print(text, end="")
        return
    try:
        out.write_text(text, "utf-8")
    except OSError as error:
        raise NotWritable(f"{out} cannot be written: {error.strerror}; give another --out") from None
    messages.print(f"{out}: written", soft_wrap=True)


@store.command()
def status(url: StoreOption = None, how: FormatOption = Format.TABLE, config: Config = None) -> None:
    """Tables, hits by level, dead letters by reason, latest runs."""
    settings = load_settings(config, store=url)
    with open_store(settings.store) as db:
        known = stats(db)
    if how is Format.JSON:
        print(json.dumps(known, ensure_ascii=False, indent=2))
        return
    known["hits"] = [{"level": level, "hits": n} for level, n in known["hits"].items()]
    for title, rows in known.items():
        if rows:
            print_rows(rows, list(rows[0]), how, title.replace("_", " "))


def _embedded(url: str | None, config) -> StoreUrl:
    address = parse_store_url(load_settings(config, store=url).store)
    if address.path is None:
        raise NotEmbedded(f"{address} is a server: start and stop it where it runs")
    return address
