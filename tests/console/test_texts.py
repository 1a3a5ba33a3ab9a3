"""Every text has both languages, every text that a page asks for is there, and none is there for nothing."""

import re
from pathlib import Path

import console
from casework.card_case import Status
from casework.lookup_review import Sign
from console.accounts.duties import Duty, Page
from console.texts import Texts, all_texts

ROOT = Path(console.__file__).parent
#: Groups that are asked for by a value: of the store, of a duty, of an address.
BY_VALUE = ("duty.", "page.", "level.", "kind.", "way.", "event.", "act.", "status.", "figure.", "by.", "sign.",
            "command.", "verdict.", "way_of.", "way_followed.", "reason.", "unit.", "queue.span_", "console.theme_")


def asked_for() -> set[str]:
    sources = [*ROOT.rglob("*.html"), *ROOT.rglob("*.py")]
    return {name for file in sources for name in
            re.findall(r"""["']([a-z_]+\.[a-z_]+)["']""", file.read_text("utf-8")) if name in all_texts()}


def test_no_text_lacks_a_translation():
    chinese = re.compile(r"[\u4e00-\u9fff]")
    same = {"way.atm", "way.pos", "console.language"}
    for name, pair in all_texts().items():
        assert all(pair), name
        assert name in same or chinese.search(pair[0]) and not chinese.search(pair[1]), name
        assert set(re.findall(r"{\w+}", pair[0])) == set(re.findall(r"{\w+}", pair[1])), name


def test_every_text_that_a_page_names_is_there():
    named = {name for file in ROOT.rglob("*.html") for name in
             re.findall(r"""\bt\(["']([a-z_]+\.[a-z_0-9]+)["'][,)]""", file.read_text("utf-8"))}
    assert len(named) > 80 and not named - set(all_texts())


def test_no_text_is_there_for_nothing():
    known = {name for name in all_texts() if not name.startswith(BY_VALUE)}
    assert not known - asked_for()


def test_what_our_own_lists_can_say_has_a_text():
    for group, values in (("duty", Duty), ("status", Status), ("sign", Sign), ("page", (p for p in Page))):
        for value in values:
            assert f"{group}.{value}" in all_texts()
    assert Texts("zh").of("act", "unheard_of") == "unheard_of"
