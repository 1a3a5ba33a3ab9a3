"""The audit says what it found, and what it could not ask."""

import json

import pytest

from deploy import audit

_PINS = ["numpy==2.1.3", "requests==2.34.2", "six==1.17.0"]


def _database(vulnerable=(), unknown=()):
    """What pip-audit would print for the pins it is given."""
    def ask(pins):
        rows = []
        for pin in pins:
            name, _, number = pin.partition(" ;")[0].partition("==")
            if name in unknown:
                rows.append({"name": name, "skip_reason": "not found"})
            else:
                found = [{"id": "PYSEC-1", "fix_versions": ["9"]}] if name in vulnerable else []
                rows.append({"name": name, "version": number, "vulns": found})
        ask.asked.append(len(pins))
        return json.dumps({"dependencies": rows, "fixes": []})

    ask.asked = []
    return ask


def test_all_well():
    assert audit.look_up(_PINS, _database()) == audit.Known((), ())


def test_what_is_known_against_a_package():
    known = audit.look_up(_PINS, _database(vulnerable=["six"], unknown=["numpy"]))
    assert known == audit.Known(("six 1.17.0: PYSEC-1, mended in 9",), ("numpy",))


@pytest.mark.parametrize("ask", [lambda pins: "", lambda pins: "ERROR: no route to host", lambda pins: '{"x": 1}'])
def test_without_an_answer_nothing_is_claimed(ask):
    with pytest.raises(audit.NotAsked):
        audit.look_up(_PINS, ask)


def test_a_mirror_that_knows_nothing_is_asked_about_one_package_alone():
    ask = _database(unknown=["requests", "numpy", "six"])
    with pytest.raises(audit.NotAsked, match="does not know requests==2.34.2"):
        audit.look_up(_PINS, ask)
    assert ask.asked == [1]


def test_exit_codes_and_words(capsys):
    assert audit.main([], _database()) == 0
    said = capsys.readouterr().out
    assert "compatible" in said and "are allowed" in said and "none known of" in said
    assert audit.main([], _database(vulnerable=["six"])) == 1
    assert "six 1.17.0: PYSEC-1" in capsys.readouterr().out
    assert audit.main([], lambda pins: "no network") == 0
    assert "NOT CHECKED" in capsys.readouterr().out
    assert audit.main(["--strict"], lambda pins: "no network") == 2


def test_a_licence_that_is_not_allowed_fails(monkeypatch, capsys):
    monkeypatch.setattr(audit, "refused", lambda licence: {"X"} if licence == "MIT" else set())
    assert audit.main([], _database()) == 1
    assert "six 1.17.0 is under MIT, which is not allowed" in capsys.readouterr().out
