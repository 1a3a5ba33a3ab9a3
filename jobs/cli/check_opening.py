"""``duanka check-opening``"""

import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from connectors.clickhouse import open_store
from jobs.cli.moment import parse_moment
from jobs.cli.options import Config, Rules, StoreOption
from jobs.cli.output import console, messages
from jobs.settings import load_settings

_STYLES = {"allowed": "green", "verify": "yellow", "refuse": "bold red"}


def check_opening(
    holder: Annotated[str, typer.Option(help="Who wants the card: the identifier as in the topic card.")] = "",
    kind: Annotated[str, typer.Option(help="account or phone.")] = "",
    institution: Annotated[str, typer.Option(help="Bank or operator; else that of what the branch opened last.")] = "",
    branch: Annotated[str, typer.Option(help="Branch or shop.")] = "",
    clerk: Annotated[str, typer.Option()] = "",
    agent: Annotated[str, typer.Option(help="Who brings the customer.")] = "",
    address: Annotated[str, typer.Option(help="Address given, pseudonymous.")] = "",
    linked_phone: Annotated[str, typer.Option(help="Contact phone.")] = "",
    area: Annotated[str, typer.Option(help="Six-digit area of the branch.")] = "",
    corporate: Annotated[bool, typer.Option("--corporate", help="For a company: no quotas of persons.")] = False,
    at: Annotated[str, typer.Option(help="When it would be opened, ISO-8601 with offset; now if not given.")] = "",
    file: Annotated[Path | None, typer.Option(help="Many questions, one JSON object a line.",
                                              show_default=False)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    store: StoreOption = None,
    rules: Rules = None,
    config: Config = None,
) -> None:
    """May this card be opened? Says allowed, verify or refuse, with reasons, legal bases and what is needed.

    It is advice: a person decides. Each answer is kept in the table opening_answers.
    """
    # Imported late: numba loads with them, which other commands do not need.
    from jobs.opening_check import KINDS, OpeningDesk
    from jobs.opening_questions import opening_question, questions_in

    settings = load_settings(config, store=store, rules=rules)
    chosen = settings.load_rules().openings
    at_ms = parse_moment(at) if at else time.time_ns() // 1_000_000
    if file is not None:
        if holder or kind:
            raise typer.BadParameter("give either --file or --holder and --kind", param_hint="--file")
        questions = list(questions_in(file, at_ms))
    else:
        given = {"holder": holder, "kind": kind, "institution": institution, "branch": branch, "clerk": clerk,
                 "agent": agent, "address": address, "linked_phone": linked_phone, "area": area,
                 "corporate": corporate}
        questions = [opening_question(given, at_ms)]
    with open_store(settings.store) as db:
        desk = OpeningDesk(db, chosen)
        answered, took_ms = [], []
        for question in questions:
            started = time.perf_counter()
            answered.append(desk.answer(question))
            took_ms.append(1000 * (time.perf_counter() - started))
        desk.record(answered)
    for question, answer in answered:
        if as_json:
            asked = asdict(question) | {"kind": KINDS[question.kind]}
            print(json.dumps({"question": asked, **asdict(answer)}, ensure_ascii=False))
        else:
            _show(question, answer)
    if took_ms:
        messages.print(f"[dim]{len(took_ms)} answered, the slowest in {max(took_ms):.0f} ms[/]", highlight=False)


def _show(question, answer) -> None:
    where = question.institution or "?"
    console.print(f"[{_STYLES[answer.advice]}]{answer.advice}  {answer.advice_zh}[/]  {question.holder} at {where}",
                  highlight=False, soft_wrap=True)
    for reason in answer.reasons:
        console.print(f"  [{_STYLES[reason.advice]}]{reason.code}[/]  {reason.zh}", highlight=False, soft_wrap=True)
        for zh, en in (("", reason.en), (f"依据：{reason.basis_zh}", f"basis: {reason.basis_en}"),
                       (f"办理所需：{reason.needed_zh}", f"to go on: {reason.needed_en}")):
            if zh:
                console.print(f"        {zh}", highlight=False, soft_wrap=True)
            console.print(f"        [dim]{en}[/]", highlight=False, soft_wrap=True)
    console.print(f"[dim]{answer.person_decides_zh}\n{answer.person_decides_en}[/]", highlight=False, soft_wrap=True)
