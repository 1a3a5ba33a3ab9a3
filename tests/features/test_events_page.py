"""docs/events.md says what the definition of the events says, and what it says is so."""

import json
from pathlib import Path

import pytest

from connectors.schema.retention import RETENTION_DAYS
from features.decode import decode
from features.events import TOPICS
from features.events_page import EXAMPLES, MEANINGS, RETENTION, events_page
from features.rejects import Reason
from tests.features.raw_records import LATEST_MS

_PAGE = Path(__file__).parents[2] / "docs" / "events.md"


def test_the_committed_page_is_the_rendered_one():
    same = _PAGE.read_text("utf-8") == events_page()
    assert same, f"{_PAGE.name} is not what features/events.py says: python -m features.events_page > docs/events.md"


def test_every_topic_field_and_reason_is_on_the_page():
    page = events_page()
    for topic in TOPICS.values():
        section = page.partition(f"\n## `{topic.name}`\n")[2].partition("\n## ")[0]
        assert section.count("\n| `") == len(topic.fields)
        assert all(f"\n| `{field.name}` |" in section for field in topic.fields)
    assert set(MEANINGS) == set(Reason)


def test_retention_is_that_of_the_store():
    assert {name: days for name, (days, _) in RETENTION.items()} == dict(RETENTION_DAYS)


@pytest.mark.parametrize("topic", list(TOPICS))
def test_the_example_is_a_record_of_its_topic(topic):
    batch = decode(topic, EXAMPLES[topic].encode(), 0, LATEST_MS)
    assert (len(batch), batch.rejects) == (1, ())
    assert set(json.loads(EXAMPLES[topic])) <= {field.name for field in TOPICS[topic].fields}
