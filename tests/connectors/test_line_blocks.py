"""Whole lines in blocks: every byte once, however it is read."""

import io

from hypothesis import given
from hypothesis import strategies as st

from connectors.line_blocks import KEPT_BYTES, line_blocks

_LINES = st.sampled_from([b"", b"a", b"bb", b"{}", b"longer than a read", b"\r", b"\n"])
_TEXT = st.lists(_LINES, max_size=30).map(b"\n".join)


class Dripping(io.BytesIO):
    """Gives a few bytes at a time, as a pipe may."""

    def read(self, size=-1):
        return super().read(min(size, 3))


@given(_TEXT, st.integers(1, 40), st.booleans())
def test_lines_are_those_of_the_file_and_places_add_up(text, read_bytes, dripping):
    stream = (Dripping if dripping else io.BytesIO)(text)
    end, lines = 0, []
    for block in line_blocks(stream, 0, read_bytes):
        assert block.start == end, "blocks follow each other without a gap"
        for line in block.lines:
            assert text[end:end + len(line)] == line
            lines.append(line)
            end += len(line) + 1
        assert end == block.end or (end == block.end + 1 and block.end == len(text)), "the last line may lack its end"
        end = block.end
    assert end == len(text)
    assert lines == (text.split(b"\n")[:-1] if text.endswith(b"\n") or not text else text.split(b"\n"))


@given(_TEXT, st.data())
def test_to_begin_at_the_end_of_a_block_gives_the_rest(text, data):
    blocks = list(line_blocks(io.BytesIO(text), 0, 8))
    cut = data.draw(st.sampled_from([0, *(block.end for block in blocks)]))
    stream = io.BytesIO(text)
    stream.seek(cut)
    rest = [line for block in line_blocks(stream, cut, 8) for line in block.lines]
    assert rest == [line for block in blocks if block.start >= cut for line in block.lines]


def test_a_line_without_end_costs_no_more_memory_than_it_may():
    longest = 4 * KEPT_BYTES
    text = b"first\n" + b"x" * (3 * longest) + b"\nlast"
    blocks = list(line_blocks(io.BytesIO(text), 0, 64 << 10, longest))
    assert [len(line) for block in blocks for line in block.lines] == [5, KEPT_BYTES, 4]
    assert [block.end for block in blocks] == [6, len(text) - 4, len(text)]


def test_a_pipes_lines_come_as_soon_as_they_are_there():
    class Pipe(io.RawIOBase):
        pieces = [b"one\ntw", b"o\n", b""]

        def read(self, size=-1):
            return self.pieces.pop(0)

    pipe = Pipe()
    blocks = line_blocks(pipe)
    assert next(blocks).lines == [b"one"] and len(pipe.pieces) == 2
    assert next(blocks).lines == [b"two"]
