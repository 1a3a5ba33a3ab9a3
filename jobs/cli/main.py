"""Entry point of ``duanka``: commands, and errors as one sentence with exit code 2."""

import sys
from importlib.metadata import version
from typing import Annotated

import typer
from rich.text import Text

from connectors.errors import StoreQueryError
from features.errors import DuankaError
from jobs.cli.appeal import appeal
from jobs.cli.audit import audit
from jobs.cli.card import card
from jobs.cli.check_opening import check_opening
from jobs.cli.console import console
from jobs.cli.doctor import doctor
from jobs.cli.dormant import dormant
from jobs.cli.entity import entity
from jobs.cli.evaluate import evaluate
from jobs.cli.explain import explain
from jobs.cli.figures import figures
from jobs.cli.hits import hits
from jobs.cli.ingest import ingest
from jobs.cli.job import job
from jobs.cli.lead import lead
from jobs.cli.learn import learn
from jobs.cli.measure import measure
from jobs.cli.models import models
from jobs.cli.notices import notices
from jobs.cli.officer import officer
from jobs.cli.openings import openings
from jobs.cli.output import messages
from jobs.cli.replay import replay
from jobs.cli.report import report
from jobs.cli.rules import rules
from jobs.cli.run import run
from jobs.cli.simulate import simulate
from jobs.cli.store import store
from jobs.cli.submit import submit
from jobs.cli.tail import tail
from jobs.cli.taint import taint
from jobs.cli.tainted import tainted
from jobs.cli.topics import topics
from jobs.cli.traceback import traceback
from jobs.cli.verdict import verdict
from jobs.cli.warnings import warnings
from jobs.cli.watchlist import watchlist
from jobs.logs.terminal import warn_on_terminal

app = typer.Typer(
    name="duanka",
    help="Streaming anomaly detection for the phone and bank cards that telecom fraud lives on.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)
for command in (simulate, run, submit, learn, replay, evaluate, hits, warnings, card, taint, explain, verdict,
                dormant, report, ingest, tail, doctor):
    app.command()(command)
for command in (tainted, check_opening, openings, traceback, entity):
    app.command()(command)
app.add_typer(console, name="console")
app.add_typer(job, name="job")
app.add_typer(topics, name="topics")
app.add_typer(store, name="store")
app.add_typer(rules, name="rules")
app.add_typer(models, name="models")
app.add_typer(watchlist, name="watchlist")
app.add_typer(notices, name="notices")
app.add_typer(figures, name="figures")
for name, group in (("officer", officer), ("lead", lead), ("measure", measure), ("appeal", appeal), ("audit", audit)):
    app.add_typer(group, name=name)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"duanka {version('duanka')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


_NO_TABLES = "it has no tables yet: duanka run, or duanka store migrate"
_OLD_TABLES = "its tables may be those of an older release: duanka store migrate"
#: What to do about ClickHouse's codes for an unknown table, database, column, column of a table.
_HINTS = {60: _NO_TABLES, 81: _NO_TABLES, 47: _OLD_TABLES, 16: _OLD_TABLES}


def _say(text: str) -> None:
    messages.print(Text.assemble(("error: ", "bold red"), text), soft_wrap=True)


def main() -> None:
    """Run the command line; wrong use and wrong input end with a sentence, never a stack trace."""
    warn_on_terminal()
    try:
        app()
    except StoreQueryError as error:
        _say("; ".join(filter(None, (str(error), _HINTS.get(error.code)))))
        sys.exit(2)
    except DuankaError as error:
        _say(str(error))
        sys.exit(2)
    except BrokenPipeError:  # the reader of our output went away
        sys.exit(0)
    except OSError as error:  # a full disk, a file that may not be read
        _say(f"{error.strerror or type(error).__name__}: {error.filename or 'no file named'}")
        sys.exit(2)
    except KeyboardInterrupt:
        messages.print("stopped")
        sys.exit(130)


if __name__ == "__main__":
    main()
