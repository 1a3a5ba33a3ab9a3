"""``duanka explain``"""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from connectors.clickhouse import open_store
from connectors.model_registry import ModelRegistry
from jobs.cli.options import Config, FormatOption, Models, StoreOption
from jobs.cli.output import Format, console, print_rows, when
from jobs.settings import load_settings

_SAME = (
    "recomputed with the model and the rules of its time: the same score, level and reasons, bit for bit",
    "用当时的模型和规则重算：分数、等级和理由逐位一致",
)
_OTHER = ("recomputed otherwise", "重算结果不一致")


def explain(
    hit: Annotated[str, typer.Argument(help="Its id; see duanka hits --format json.", metavar="HIT")],
    chinese: Annotated[bool, typer.Option("--zh", help="In Chinese.")] = False,
    how: FormatOption = Format.TABLE,
    store: StoreOption = None,
    models: Models = None,
    config: Config = None,
) -> None:
    """Recompute a stored hit from its stored values, and say why it was made.

    Ends with 1 if anything comes out otherwise than it was stored.
    """
    settings = load_settings(config, store=store, models=models)
    # Imported late: other commands start without numba and scikit-learn.
    from jobs.model_life.explain_hit import explain_hit

    with open_store(settings.store) as db:
        done = explain_hit(db, ModelRegistry(settings.models), hit)
    row, lang = done.hit, int(chinese)
    same = not done.differences
    reasons = [
        {"points": points, "code": code, "reason": text}
        for points, code, text in zip(
            row["reason_points"], row["reason_codes"], row["reasons_zh" if chinese else "reasons_en"]
        )
    ]
    differences = [asdict(d) for d in done.differences]
    if how is Format.JSON:
        known = {"hit": row, "reasons": reasons, "same": same, "differences": differences}
        print(json.dumps(known, ensure_ascii=False, indent=2))
    else:
        if how is Format.TABLE:
            console.print(
                f"{row['card']}  {row['level']}  {row['risk']}  {when(row['peak_time_ms'])}  "
                f"model {row['model_version']}  rules {row['typology_version']}",
                highlight=False, soft_wrap=True,
            )  # fmt: skip
            reasons = [r | {"points": round(r["points"], 1)} for r in reasons]
        print_rows(reasons, ("points", "code", "reason"), how)
        if how is Format.TABLE:
            console.print(_SAME[lang] if same else f"{_OTHER[lang]}:", soft_wrap=True)
            for d in differences:
                console.print(f"  {d['field']}: {d['stored']} ≠ {d['recomputed']}", highlight=False, soft_wrap=True)
    if not same:
        raise typer.Exit(1)
