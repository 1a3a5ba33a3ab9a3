"""Each typology on cards that show it, on honest ones that look alike, and against the slow way."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from models.rules import default_rules
from models.scorer import FEATURE_NAMES
from models.typologies import TYPOLOGIES
from models.typology import Ratio, Sum
from models.typology_kernel import TypologyKernel
from tests.models.strong_rows import HONEST, STRONG

EACH = pytest.mark.parametrize("typology", TYPOLOGIES, ids=[t.code for t in TYPOLOGIES])
_PARAMETERS = {t.code: t.parameters for t in TYPOLOGIES}
_VALUES = st.one_of(st.floats(0, 30, width=32), st.floats(0, 1e6, width=32), st.sampled_from([0, 1, 0.5, 3650, 1e6]))


def row_of(typology, values: dict[str, float]) -> np.ndarray:
    names = FEATURE_NAMES[typology.kind]
    assert set(values) <= set(names), set(values) - set(names)
    return np.array([[values.get(name, 0) for name in names]], np.float32)


def strength_of(typology, matrix: np.ndarray) -> np.ndarray:
    return TypologyKernel([typology], _PARAMETERS, FEATURE_NAMES[typology.kind]).strengths(matrix)[:, 0]


def slow_value(value, row: dict[str, float]) -> float:
    match value:
        case Sum(a, b):
            return row[a] + row[b]
        case Ratio(a, b, least):
            return row[a] / max(row[b], least)
        case name:
            return row[name]


def slow_strength(typology, row: dict[str, float]) -> float:
    """Straight from the docstrings: the product of ramps."""
    product = 1.0
    for term in typology.terms:
        none, full = typology.parameters[term.none], typology.parameters[term.full]
        share = (slow_value(term.value, row) - none) / (full - none)
        product *= min(max(share, 0.0), 1.0)
    return product


def test_every_typology_has_its_rows():
    assert set(STRONG) == set(HONEST) == {t.code for t in TYPOLOGIES}
    assert len({t.code for t in TYPOLOGIES}) == len(TYPOLOGIES)


@EACH
def test_near_full_strength_on_a_card_that_shows_it(typology):
    assert strength_of(typology, row_of(typology, STRONG[typology.code]))[0] > 0.95


@EACH
def test_nothing_on_a_card_of_which_nothing_is_known(typology):
    assert strength_of(typology, row_of(typology, {}))[0] == 0


@pytest.mark.parametrize(
    ("code", "who", "change"), [(code, *case) for code, cases in HONEST.items() for case in cases]
)
def test_nothing_on_an_honest_card_that_looks_alike(code, who, change):
    typology = next(t for t in TYPOLOGIES if t.code == code)
    assert strength_of(typology, row_of(typology, STRONG[code] | change))[0] == 0, who


@EACH
def test_every_condition_is_needed(typology):
    """Each term alone can bring the strength to 0, from the strong row, by its own value."""
    strong = row_of(typology, STRONG[typology.code])
    for term in typology.terms:
        only = replace(typology, terms=(term,))
        none, full = typology.parameters[term.none], typology.parameters[term.full]
        assert strength_of(only, strong)[0] > 0.95
        a = term.value if isinstance(term.value, str) else term.value.a
        column = FEATURE_NAMES[typology.kind].index(a)
        rising = np.repeat(strong, 50, axis=0)
        if isinstance(term.value, Sum):
            rising[:, FEATURE_NAMES[typology.kind].index(term.value.b)] = 0
        over = max(rising[0, FEATURE_NAMES[typology.kind].index(term.value.b)], term.value.least) if isinstance(
            term.value, Ratio) else 1.0
        rising[:, column] = np.linspace(none, full, 50) * over
        strengths = strength_of(only, rising)
        assert (np.diff(strengths) > 0).all(), f"{typology.code}: {term.value} does not rise"
        assert strengths[0] == pytest.approx(0, abs=1e-6) and strengths[-1] == pytest.approx(1, abs=1e-6)


@EACH
@settings(deadline=None, max_examples=15)
@given(data=st.data())
def test_like_the_slow_way_whatever_the_row(typology, data):
    names = FEATURE_NAMES[typology.kind]
    matrix = data.draw(arrays(np.float32, (8, len(names)), elements=_VALUES))
    mixed = row_of(typology, STRONG[typology.code])
    keep = data.draw(arrays(bool, matrix.shape))
    matrix = np.where(keep, mixed, matrix).astype(np.float32)
    strengths = strength_of(typology, matrix)
    assert ((strengths >= 0) & (strengths <= 1)).all()
    for row, strength in zip(matrix.tolist(), strengths):
        assert strength == pytest.approx(slow_strength(typology, dict(zip(names, row))), rel=1e-12, abs=1e-300)


@EACH
@settings(deadline=None, max_examples=15)
@given(data=st.data())
def test_like_the_slow_way_where_several_conditions_hold_in_part(typology, data):
    row = dict.fromkeys(FEATURE_NAMES[typology.kind], 0.0) | STRONG[typology.code]
    for term in typology.terms:
        none, full = typology.parameters[term.none], typology.parameters[term.full]
        value = none + data.draw(st.sampled_from([0.25, 0.5, 0.8])) * (full - none)
        match term.value:
            case Sum(a, b):
                row[a], row[b] = value / 2, value / 2
            case Ratio(a, b, least):
                row[a] = value * max(row[b], least)
            case name:
                row[name] = value
    matrix = row_of(typology, row)
    given_row = dict(zip(row, matrix[0].tolist()))
    strength = strength_of(typology, matrix)[0]
    assert strength == pytest.approx(slow_strength(typology, given_row), rel=1e-9)
    if not any(isinstance(term.value, Ratio) for term in typology.terms):
        assert 0 < strength < 1


@settings(deadline=None, max_examples=20)
@given(data=st.data(), kind=st.sampled_from(sorted(FEATURE_NAMES)))
def test_a_rows_strengths_do_not_depend_on_its_neighbours(data, kind):
    names = FEATURE_NAMES[kind]
    matrix = data.draw(arrays(np.float32, (5, len(names)), elements=_VALUES))
    mine = [t for t in TYPOLOGIES if t.kind == kind]
    matrix[2] = row_of(mine[0], STRONG[mine[0].code])[0]
    kernel = TypologyKernel(mine, default_rules().typologies, names)
    together = kernel.strengths(matrix)
    assert together.tolist() == [kernel.strengths(matrix[k : k + 1])[0].tolist() for k in range(5)]
    assert kernel.strengths(matrix[::-1].copy()).tolist() == together[::-1].tolist()
    assert kernel.strengths(matrix[:0]).shape == (0, len(mine))


@EACH
def test_its_card_says_what_it_is(typology):
    assert typology.source and typology.zh and typology.en
    assert 0 < typology.parameters["weight"] < 1
    used = {name for term in typology.terms for name in (term.none, term.full)} | {"weight"}
    assert used == set(typology.parameters), "a parameter that nothing uses, or one that is missing"
