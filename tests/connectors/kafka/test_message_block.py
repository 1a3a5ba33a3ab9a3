"""Every record of a block of messages keeps its partition, offset and line."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import TopicError
from connectors.kafka.message_block import MessageBlock, join_messages
from connectors.kafka.offset_ranges import OffsetRange, is_offset_ranges, ranges_from_text, ranges_to_text
from connectors.kafka.record_place import LINE_BITS, MAX_LINES, letter_place
from features.lines import split_lines

_LINE = st.sampled_from([b'{"a":1}', b"x", b"", b"  ", b"\r", b'{"b":[2]} '])
_VALUE = st.lists(_LINE, max_size=5).map(b"\n".join)
_MESSAGES = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 1 << 40), _VALUE), min_size=1, max_size=12)


@given(_MESSAGES)
def test_places_are_those_of_a_slow_look(messages):
    want = []
    for partition, offset, value in messages:
        records = [line.strip() for line in value.split(b"\n") if line.strip()]
        want += [(partition, offset, line, record) for line, record in enumerate(records)]
    block = MessageBlock.from_bytes(join_messages(messages).to_bytes())
    lines = split_lines(block.raw)
    partition, position = block.locate(lines.starts)
    got = [(int(p), int(at) >> LINE_BITS, int(at) & (MAX_LINES - 1), lines.record(i))
           for i, (p, at) in enumerate(zip(partition, position))]
    assert got == want


@given(_MESSAGES)
def test_a_cut_block_is_refused(messages):
    body = join_messages(messages).to_bytes()
    for wrong in (body[:-1] if len(body) > 12 else b"", body + b"x", b"", b"DKM0" + body[4:]):
        with pytest.raises(TopicError, match="block of messages|want a block"):
            MessageBlock.from_bytes(wrong)


def test_lines_beyond_those_that_can_be_told_apart_share_a_place():
    block = join_messages([(0, 5, b"x\n" * 3)])
    starts = np.arange(MAX_LINES + 2)  # as if the message had so many records
    _, position = block.locate(starts)
    assert (position >> LINE_BITS == 5).all()
    assert position[-1] == position[-3] and position[-4] != position[-3]


@given(st.lists(st.tuples(st.integers(0, 4096), st.integers(0, 1 << 43), st.integers(1, 1 << 20)), min_size=1))
def test_ranges_come_back_from_their_text(spans):
    ranges = [OffsetRange(p, start, start + n) for p, start, n in spans]
    text = ranges_to_text("duanka.cdr-1", ranges)
    assert ranges_from_text(text) == ("duanka.cdr-1", ranges) and is_offset_ranges(text)


@pytest.mark.parametrize(
    "text", ["", "/bus/cdr/1.ndjson", "kafka:cdr[]", "kafka:cdr[0:1]", "kafka:cdr[0:1-2", "kafka:[0:1-2]"]
)
def test_other_text_is_no_ranges(text):
    assert not is_offset_ranges(text)
    with pytest.raises(TopicError, match="another state folder"):
        ranges_from_text(text)


def test_dead_letters_show_the_offset_and_no_two_lines_share_a_place():
    places = {letter_place("kafka:cdr/0", (offset << LINE_BITS) | line) for offset in (0, 7) for line in (0, 1, 2)}
    assert len(places) == 6 and {offset for _, offset in places} == {0, 7}
