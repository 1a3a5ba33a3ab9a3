"""The rules file: what is refused and how, round trips, versions, levels."""

import tomllib
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.levels import Level
from models.rules import BadRules, default_rules, parse_rules, write_rules
from models.typologies import TYPOLOGIES

UNKNOWN = {
    "[levls]": "levels",
    "[detektors.HST]\nweight = 0.1": "detectors",
    "[typologies.D2O1]": "D201",
    "[typologies.D201]\nfew_novle = 3": "few_novel",
    "[typologies.3006]\nwieght = 0.5": "weight",
    "[detectors.HST]\nstart_rnak = 0.5": "start_rank",
    "[levels]\nornage = 700": "orange",
    "[episode]\ngap_hour = 3": "gap_hours",
}

#: Text, and what the message must say: where it is wrong, and what was given.
BAD = {
    "x": ("TOML",),
    "[levels": ("TOML",),
    "detectors = 5": ("[detectors]", "table", "5"),
    "[typologies]\nD201 = 5": ("[typologies.D201]", "table", "5"),
    "[detectors.HST]\nweight = 1": ("[detectors.HST]", "weight", "1"),
    "[detectors.HST]\nweight = -0.1": ("[detectors.HST]", "weight", "-0.1"),
    "[detectors.HST]\nweight = nan": ("[detectors.HST]", "weight", "nan"),
    "[detectors.HST]\nweight = inf": ("[detectors.HST]", "weight", "inf"),
    "[detectors.HST]\nweight = true": ("[detectors.HST]", "weight", "True"),
    "[detectors.HST]\nweight = '0.5'": ("[detectors.HST]", "weight", "'0.5'"),
    "[detectors.HST]\nstart_rank = 1.0": ("[detectors.HST]", "start_rank", "1"),
    "[typologies.D101]\nweight = 1.5": ("[typologies.D101]", "weight", "1.5"),
    "[typologies.D201]\nfew_novel = 45": ("[typologies.D201]", "few_novel", "many_novel", "45"),
    "[typologies.D201]\nfew_novel = [1]": ("[typologies.D201]", "few_novel", "[1]"),
    "[levels]\nblue = 0": ("[levels]", "rise", "0"),
    "[levels]\nblue = 700": ("[levels]", "rise", "700"),
    "[levels]\nred = 1001": ("[levels]", "1000", "1001"),
    "[episode]\ngap_hours = 0": ("[episode]", "gap_hours", "0"),
    "[episode]\ngap_hours = -1": ("[episode]", "gap_hours", "-1"),
}
#: Wrong as well, and not refused with a message yet.
NOT_YET = [
    "typologies = 5",
    "typologies = ''",
    "typologies = [1]",
    "[episode]\ngap_hours = " + "9" * 400,
    "[levels]\nblue = 600",  # as high as yellow: it does not rise
]


@pytest.mark.parametrize("text", list(UNKNOWN))
def test_an_unknown_name_is_told_its_nearest(text):
    with pytest.raises(BadRules, match=f"did you mean '{UNKNOWN[text]}'"):
        parse_rules(text)


def test_a_name_like_no_other_is_told_all_of_them():
    with pytest.raises(BadRules, match="valid: typologies, detectors, levels, model_levels, episode"):
        parse_rules("[qqqq]")


@pytest.mark.parametrize("text", list(BAD))
def test_a_bad_value_is_refused_with_place_and_value(text):
    with pytest.raises(BadRules) as caught:
        parse_rules(text)
    for words in BAD[text]:
        assert words in str(caught.value)


@pytest.mark.parametrize("text", NOT_YET)
def test_also_these_are_refused(text):
    with pytest.raises(BadRules):
        parse_rules(text)


def test_every_ramp_is_checked():
    for typology in TYPOLOGIES:
        for term in typology.terms:
            text = f"[typologies.{typology.code}]\n{term.none} = 7.5\n{term.full} = 7.5"
            with pytest.raises(BadRules, match=f"{term.none} and {term.full} must differ"):
                parse_rules(text)


@st.composite
def rules_texts(draw):
    """Valid rules: some parameters moved, never onto the other end of a ramp."""
    lines = []
    for typology in draw(st.lists(st.sampled_from(TYPOLOGIES), unique_by=lambda t: t.code, max_size=4)):
        lines.append(f"[typologies.{typology.code}]")
        for name in draw(st.lists(st.sampled_from(sorted(typology.parameters)), unique=True, max_size=3)):
            value = draw(st.floats(0, 0.99)) if name == "weight" else draw(st.floats(1e7, 1e9)) + len(lines)
            lines.append(f"{name} = {value!r}")
    bounds = sorted(draw(st.lists(st.integers(1, 1000), min_size=4, max_size=4, unique=True)))
    lines += ["[levels]", *(f"{level.label} = {bound}" for level, bound in zip(list(Level)[1:], bounds))]
    return "\n".join(lines)


@settings(deadline=None, max_examples=60)
@given(rules_texts())
def test_written_and_read_again_they_are_the_same(text):
    rules = parse_rules(text)
    again = parse_rules(write_rules(rules))
    assert again == rules and again.version == rules.version
    assert tomllib.loads(write_rules(rules)) == tomllib.loads(write_rules(again))


def test_the_version_tells_every_value_and_nothing_else():
    rules = default_rules()
    assert rules.version == parse_rules("").version == parse_rules("# a comment\n[levels]\nred = 850").version
    versions = {rules.version}
    for text in write_rules(rules).split("\n\n"):
        head, *lines = text.strip().splitlines()
        for line in lines:
            name, _, value = line.partition(" = ")
            moved = float(value) * (0.999 if float(value) else 1) or 0.001
            if head == "[watchlists]":  # numbers of levels
                moved = (float(value) + 1) % 5
            versions.add(parse_rules(f"{head}\n{name} = {moved!r}").version)
    counted = sum(len(t.parameters) for t in TYPOLOGIES) + 2 * len(rules.detectors) + 8 + len(rules.episode)
    counted += len(rules.watchlists)
    assert len(versions) == counted + 1
    assert all(len(version) == 12 and int(version, 16) >= 0 for version in versions)


def test_the_version_does_not_depend_on_the_order_of_keys():
    a = parse_rules("[detectors.HST]\nweight = 0.2\nstart_rank = 0.9\n[levels]\nred = 900")
    b = parse_rules("[levels]\nred = 900.0\n[detectors.HST]\nstart_rank = 0.9\nweight = 0.2")
    assert a.version == b.version
    turned = {name: dict(reversed(d.items())) for name, d in reversed(a.detectors.items())}
    assert replace(a, detectors=turned).version == a.version


def test_levels_begin_at_their_bounds():
    rules = parse_rules("[levels]\nblue = 100\nyellow = 200\norange = 300\nred = 400")
    risk = np.array([0, 99.999, 100, 199.999, 200, 300, 399.999, 400, 1000])
    assert rules.level_of(risk).tolist() == [0, 0, 1, 1, 2, 3, 3, 4, 4]
    assert [Level(level).label for level in (0, 1, 4)] == ["none", "blue", "red"]


def test_rules_cannot_be_changed_in_place():
    with pytest.raises(TypeError):
        default_rules().typologies["D201"]["weight"] = 0.1
