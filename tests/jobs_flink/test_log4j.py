"""What log4j is told: the same masking as ours, in patterns it can read. `tests/integration` runs it."""

import json
import re
import zipfile
from pathlib import Path

import pytest

from connectors.masking import mask_numbers
from jobs.flink import log4j
from jobs.flink.flink_home import flink_home, runtime_jars
from jobs.flink.jvm_options import log_options
from jobs.flink.log4j import masked, write_log4j


def _as_log4j_does(text: str) -> str:
    """The two replacements, done by Python: their syntax is common to both."""
    starred = re.sub(log4j._NUMBERS, lambda m: "".join(g or "" for g in m.groups()) + "****", text)
    return re.sub(log4j._KEPT, "", starred)


@pytest.mark.parametrize("text", [
    "phone:13812345678", "6222021234567890123,6222021234567890124", "card 6222 0212 3456 7890 x", "138-1234-5678",
    "run-20260301T120000-000001/log", "job 5a4bf4d0cd1680d83abf820e773a354a_0_0", "2026-03-01 12:00:00,123", "123456",
    "job 12345678901234567890123456789abc of 13812345678", "x1234567",
])
def test_the_same_is_masked_as_in_our_logs(text):
    assert _as_log4j_does(text) == re.sub(r"(?:[ -]?[*]+)+", "****", mask_numbers(text))


def test_braces_pair_up_for_the_parser_of_patterns():
    pattern = masked("%m")
    assert pattern.count("{") == pattern.count("}")
    depth = 0
    for character in pattern:
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0


def test_text_and_json(tmp_path):
    text = write_log4j(tmp_path).read_text()
    assert "PatternLayout" in text and "alwaysWriteExceptions = false" in text and "%xEx" in text
    options = log_options(tmp_path / "flink.log", tmp_path, as_json=True)
    assert f"-Dlog.file={tmp_path / 'flink.log'}" in options
    assert "JsonTemplateLayout" in (tmp_path / "log4j2.properties").read_text()
    template = json.loads((tmp_path / "flink-log.json").read_text())
    assert {"time", "level", "logger", "message", "exception"} <= template.keys()
    assert all(not template[key]["stackTraceEnabled"] for key in ("message", "exception"))


def test_what_beam_says_of_its_workers_is_left_out_everywhere(tmp_path):
    """Logged, it takes a task manager down now and then: docs/decisions.md, 50."""
    name, level = (line for line in log4j._POLICY.splitlines() if line.startswith("logger.workers."))
    factory, deploy = name.partition(" = ")[2], Path(__file__).parents[2] / "deploy"
    assert level.endswith("= ERROR") and name in write_log4j(tmp_path).read_text()
    with zipfile.ZipFile(next((flink_home() / "opt").glob("flink-python-*.jar"))) as jar:
        assert f"{factory.replace('.', '/')}.class" in jar.namelist()
    assert all(line in (deploy / "kubernetes/base/flink-cluster.yaml").read_text() for line in (name, level))
    assert factory in (deploy / "image/Dockerfile").read_text()


def test_the_layouts_are_on_the_class_path():
    names = {jar.name.rpartition("-")[0] for jar in runtime_jars(flink_home())}
    assert {"log4j-core", "log4j-layout-template-json"} <= names
