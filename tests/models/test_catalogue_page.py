"""docs/features.md says what the definitions say, and every feature and typology has its place there."""

from pathlib import Path

import pytest

from features import account, phone
from features.catalogue import CATALOGUE, UnknownFeature, label
from features.roles import ACCOUNT, DEVICE, PHONE
from models.catalogue_page import catalogue_page, entity_bytes
from models.typologies import TYPOLOGIES

_PAGE = Path(__file__).parents[2] / "docs" / "features.md"
COLUMNS = {PHONE: phone.FEATURES, ACCOUNT: account.FEATURES, DEVICE: ("cards", "confirmed")}
ALL = [(kind, d) for kind, definitions in CATALOGUE.items() for d in definitions]
EACH = pytest.mark.parametrize(("kind", "definition"), ALL, ids=[f"{kind}-{d.name}" for kind, d in ALL])


def test_the_committed_page_is_the_rendered_one():
    same = _PAGE.read_text("utf-8") == catalogue_page()
    assert same, f"{_PAGE.name} is out of date: python -m models.catalogue_page > docs/features.md"


@pytest.mark.parametrize("kind", list(COLUMNS))
def test_every_column_has_its_definition_in_its_place(kind):
    assert tuple(d.name for d in CATALOGUE[kind]) == COLUMNS[kind]


@EACH
def test_a_definition_says_everything(kind, definition):
    assert all((definition.unit, definition.window, definition.means_zh, definition.means_en))
    for text in (definition.zh, definition.en):
        assert text.count("{") == text.count("}") == 1
        assert text.format(1.5) != text.format(4.5)
    assert not definition.en.isascii() or any(ord(c) > 0x4E00 for c in definition.zh)
    assert definition.en.isascii() and definition.means_en.isascii()
    assert 0 <= definition.state <= entity_bytes(kind)


@EACH
def test_a_shared_name_means_the_same_everywhere(kind, definition):
    assert label(definition.name, "zh") == definition.zh and label(definition.name, "en") == definition.en


def test_every_feature_and_typology_is_on_the_page():
    page = catalogue_page()
    assert all(f"\n| `{definition.name}` |" in page for _, definition in ALL)
    for typology in TYPOLOGIES:
        section = page.partition(f"\n### {typology.code} ")[2].partition("\n### ")[0]
        for text in (typology.zh, typology.en, typology.source):
            assert text in section, (typology.code, text)
        for name, value in typology.parameters.items():
            assert f"`{name}` {value:g}" in section, (typology.code, name)


def test_a_label_takes_the_value():
    assert label("calls_per_counterpart_28d", "zh").format(1.13) == "每个对端通话次数 1.1"
    assert label("calls_per_counterpart_28d", "en").format(1.13) == "calls per counterpart 1.1"
    with pytest.raises(UnknownFeature, match="no feature is called 'colour'.*docs/features.md"):
        label("colour", "en")


def test_a_phone_takes_what_is_allowed():
    assert entity_bytes(PHONE) <= 512
