"""The page ``docs/features.md``, rendered from the features' definitions and the typologies.

    python -m models.catalogue_page > docs/features.md

It stands with the models since features know nothing of typologies. A test holds the page to it.
"""

import sys

from features import account, device, phone
from features.catalogue import CATALOGUE
from features.definition import Definition
from features.roles import ACCOUNT, DEVICE, PHONE
from models.typologies import TYPOLOGIES
from models.typology import Ratio, Sum, Typology

#: Bytes of an entity beside its columns: its hash and last activity; and its share of the index, twice a key and a
#: slot, and a place among the holes.
ROW_BYTES, INDEX_BYTES = 16, 28
_TITLES = {PHONE: "Phones", ACCOUNT: "Accounts", DEVICE: "Devices"}

_INTRODUCTION = """\
# Features and typologies

This page is made from `features/catalogue.py` and `models/typologies`, the one definition of each feature and typology:
`python -m models.catalogue_page > docs/features.md`. A test fails when they differ.

Features stand as of the event they come with, which is included. A *half-life* h weighs an event of age a with
2^(-a / h), which stands for a window of about 1.44 h. *This fortnight and the one before* is a window that grows from
14 to 28 days and is counted from 1970-01-01. *State* is what the feature is read from, in bytes of an entity; what
several features read is counted with each of them.
"""

_TYPOLOGIES = """\
## Typologies

A typology's strength is the product of its conditions; each counts 0 up to the first bound, 1 from the second on, and
in proportion between. Its weight is how much full strength counts towards the risk. All parameters can be set in the
rules file, see [operations](operations.md#rules).
"""


def entity_bytes(kind: int) -> int:
    """Bytes of state an entity takes, its share of the index included."""
    w = {PHONE: phone, ACCOUNT: account, DEVICE: device}[kind]
    floats, integers = (0, 0) if kind == DEVICE else (w.F.WIDTH, w.I.WIDTH)
    return 4 * floats + 8 * integers + 4 * w.W.WIDTH + ROW_BYTES + INDEX_BYTES


def catalogue_page() -> str:
    """Markdown of the whole page; the same text for the same definitions."""
    parts = [_INTRODUCTION, *(_features(kind) for kind in CATALOGUE), _TYPOLOGIES, *map(_typology, TYPOLOGIES)]
    return "\n".join(parts)


def _features(kind: int) -> str:
    definitions = CATALOGUE[kind]
    size = f"{len(definitions)} features, {entity_bytes(kind)} bytes an entity with its index."
    head = f"## {_TITLES[kind]}\n\n{size}\n\n"
    return head + _table(
        ("feature", "含义", "meaning", "unit", "half-life or window", "state, bytes", "error"),
        [_feature(d) for d in definitions],
    )


def _feature(d: Definition) -> tuple[str, ...]:
    return f"`{d.name}`", d.means_zh, d.means_en, d.unit, d.window, str(d.state), d.error or "exact"


def _typology(typology: Typology) -> str:
    p = typology.parameters
    terms = [
        (_value(term.value), f"`{term.none}` {p[term.none]:g}", f"`{term.full}` {p[term.full]:g}")
        for term in typology.terms
    ]
    head = f"### {typology.code} {typology.zh} ({typology.en})\n\n{_TITLES[typology.kind]}, `weight` {p['weight']:g}. "
    return head + f"Source: {typology.source}.\n\n" + _table(("value", "counts from", "fully at"), terms)


def _value(value: str | Sum | Ratio) -> str:
    match value:
        case Sum(a, b):
            return f"`{a}` + `{b}`"
        case Ratio(a, b, least):
            return f"`{a}` / `{b}` (at least {least:g})"
        case name:
            return f"`{name}`"


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join("| " + " | ".join(cells) + " |\n" for cells in lines)


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    sys.stdout.write(catalogue_page())
