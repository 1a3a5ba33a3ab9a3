"""A small corpus of made-up bad input, each record with what must become of it.

``corpus/<topic>-<what>.ndjson`` holds the bytes, ``corpus/expected.json`` the outcome of each record
in order: ``kept``, or the reason of its refusal.
"""

import json
from pathlib import Path

import pytest

from benchmarks.production.batch_check import check_batch, fuzz_settings
from features.events import TOPICS
from features.rejects import Reason
from tests.features.decoded import fates, records_of
from tests.features.raw_records import LATEST_MS

_CORPUS = Path(__file__).parent / "corpus"
_EXPECTED = json.loads((_CORPUS / "expected.json").read_text("utf-8"))
_FILES = sorted(_EXPECTED)


def chunk(name: str) -> tuple[str, bytes]:
    """Topic and bytes of a file."""
    return name.partition("-")[0], (_CORPUS / name).read_bytes()


@pytest.mark.parametrize("name", _FILES)
def test_each_record_among_all_and_alone(name):
    topic, raw = chunk(name)
    assert [fate[1] for fate in fates(topic, raw)] == _EXPECTED[name]
    assert [fates(topic, record)[0][1] for _, record in records_of(raw)] == _EXPECTED[name]


@pytest.mark.parametrize("eager", [False, True], ids=["as shipped", "eager"])
def test_all_files_through_one_engine(eager):
    tally, _ = check_batch([chunk(name) for name in _FILES], fuzz_settings(LATEST_MS, eager))
    assert tally.records == sum(len(fates) for fates in _EXPECTED.values())
    assert tally.scored + tally.dead["duplicate"] == sum(fates.count("kept") for fates in _EXPECTED.values())


def test_every_file_topic_and_reason_of_the_decoder_has_its_place():
    assert {file.name for file in _CORPUS.glob("*.ndjson")} == set(_FILES)
    assert {name.partition("-")[0] for name in _FILES} == set(TOPICS)
    reasons = {fate for fates in _EXPECTED.values() for fate in fates} - {"kept"}
    # Of 65,536 bytes is no small corpus, and repeats are found by the shards.
    assert reasons == {str(reason) for reason in Reason} - {"too_long", "duplicate"}
