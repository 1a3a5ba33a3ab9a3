"""The figures of a period: leads, measures, appeals, typologies."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from casework.event import Event
from casework.ladder import LADDER
from casework.rates import CONVERSION_TARGET, Rate, median_and_p90, rate

_MINUTE_MS = 60_000
_HOUR_MS = 3_600_000
#: Digits of an area that make a territory in the report: the prefecture.
_TERRITORY_DIGITS = 4

Lead = Mapping[str, Any]


def lead_figures(leads: Sequence[Lead], now_ms: int) -> dict[str, Any]:
    """Return what became of the leads of a period.

    Parameters
    ----------
    leads : sequence of mapping
        ``source``, ``area``, ``outcome`` (empty while open), ``received_ms``, ``due_ms``,
        ``first_action_ms`` and ``closed_ms`` (0 where there is none).
    now_ms : int
        Open leads that were due before it are overdue.
    """
    minutes = [max(0, lead["first_action_ms"] - lead["received_ms"]) / _MINUTE_MS
               for lead in leads if lead["first_action_ms"]]
    median, p90 = median_and_p90(minutes)
    return {
        "target": CONVERSION_TARGET,
        "total": _row("all", leads, now_ms),
        "by_source": conversion_by(leads, now_ms, lambda lead: lead["source"]),
        "by_territory": conversion_by(leads, now_ms, lambda lead: lead["area"][:_TERRITORY_DIGITS] or "unknown"),
        "first_action": {"acted_on": len(minutes), "not_acted_on": len(leads) - len(minutes),
                         "median_minutes": median, "p90_minutes": p90},
    }


def measure_figures(chains: Iterable[Sequence[Event]], from_ms: int, to_ms: int) -> list[dict[str, Any]]:
    """Return what was decided on measures in a period, by step of the ladder; `in_force` is at its end."""
    counts: dict[str, Counter] = {str(step): Counter() for step in LADDER}
    for chain in chains:
        steps, standing = {}, set()
        for event in chain:
            act = event.act
            measure = act.payload.get("measure")
            if act.action == "measure_proposed":
                steps[measure] = act.payload["step"]
            if act.at_ms >= to_ms or not act.action.startswith("measure_"):
                continue
            if act.action == "measure_approved":
                standing.add(measure)
            elif act.action == "measure_lifted":
                standing.discard(measure)
            if act.at_ms >= from_ms:
                counts[steps[measure]][act.action.removeprefix("measure_")] += 1
                if act.action == "measure_proposed" and act.payload["skipped"]:
                    counts[steps[measure]]["skipping"] += 1
        for measure in standing:
            counts[steps[measure]]["in_force"] += 1
    columns = ("proposed", "skipping", "approved", "refused", "lifted", "in_force")
    return [{"step": step} | {name: found[name] for name in columns} for step, found in counts.items()]


def appeal_figures(chains: Iterable[Sequence[Event]], from_ms: int, to_ms: int, now_ms: int) -> dict[str, Any]:
    """Return what became of the appeals that were filed in a period."""
    filed, hours = Counter(), []
    for chain in chains:
        appeals = {e.act.payload["appeal"]: e.act for e in chain
                   if e.act.action == "appeal_filed" and from_ms <= e.act.at_ms < to_ms}
        decided = {e.act.payload["appeal"]: e.act for e in chain if e.act.action == "appeal_decided"}
        for identity, act in appeals.items():
            filed["filed"] += 1
            if identity in decided:
                filed[decided[identity].payload["decision"]] += 1
                hours.append((decided[identity].at_ms - act.at_ms) / _HOUR_MS)
            else:
                filed["open"] += 1
                filed["overdue"] += now_ms > act.payload["due_ms"]
    median, p90 = median_and_p90(hours)
    return {name: filed[name] for name in ("filed", "granted", "rejected", "open", "overdue")} | {
        "median_hours": median, "p90_hours": p90}


def typology_figures(counts: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return hits and precision by typology, the most frequent first.

    Parameters
    ----------
    counts : iterable of mapping
        ``typology``, ``hits``, and of these the ``confirmed`` and ``cleared`` ones. Precision is among the judged.
    """
    return [{"typology": n["typology"], "hits": n["hits"]} | _share("precision", rate(n["confirmed"],
                                                                                      n["confirmed"] + n["cleared"]))
            for n in sorted(counts, key=lambda n: (-n["hits"], n["typology"]))]


def conversion_by(leads: Sequence[Lead], now_ms: int, key: Callable[[Lead], str]) -> list[dict[str, Any]]:
    """Return what became of leads, like the rows of `lead_figures`, by anything, the largest group first."""
    groups: dict[str, list[Lead]] = defaultdict(list)
    for lead in leads:
        groups[key(lead)].append(lead)
    return [_row(name, group, now_ms) for name, group in sorted(groups.items(), key=lambda g: (-len(g[1]), g[0]))]


def _row(name: str, leads: Sequence[Lead], now_ms: int) -> dict[str, Any]:
    outcomes = Counter(lead["outcome"] for lead in leads)
    conversion = rate(outcomes["confirmed"], len(leads))
    return {
        "name": name, "received": len(leads), "confirmed": outcomes["confirmed"], "cleared": outcomes["cleared"],
        "undecided": outcomes["undecided"], "open": outcomes[""],
        "overdue": sum(not lead["outcome"] and 0 < lead["due_ms"] < now_ms for lead in leads),
        "closed_late": sum(bool(lead["outcome"]) and 0 < lead["due_ms"] < lead["closed_ms"] for lead in leads),
    } | _share("conversion", conversion) | {"against_target": conversion.against(CONVERSION_TARGET)}


def _share(name: str, of: Rate) -> dict[str, Any]:
    given = asdict(of)
    return {name: given["rate"], "low": given["low"], "high": given["high"], "judged": given["of"]}
