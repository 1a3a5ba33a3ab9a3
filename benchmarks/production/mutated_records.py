"""Chunks of good and mutated records of every topic, as `rng` chooses; see :mod:`.hostile_values`."""

from dataclasses import dataclass
from random import Random

from benchmarks.production.hostile_values import ODD_VALUES, good_value, hostile_value, number
from features.events import TOPICS, Field, Topic

#: Bytes that are no UTF-8: lone, overlong, surrogates, beyond Unicode, cut off.
_NO_UTF8 = (
    *(b"\xff", b"\x80", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe4\xb8", b"\xfe\xff"),
)
#: What may stand around a record, or around two.
_AROUND = (
    *(b"\xef\xbb\xbf%s", b"\xff\xfe%s", b"%s\r", b"\t %s \r\r", b"\x0b%s", b"%s\x0c", b"\xc2\xa0%s", b"\x1e%s"),
    *(b"%s%s", b"%s,%s", b"%s %s", b"%s\r%s", b"%s;", b"%s,", b"[%s]", b"[%s,%s]", b"%s}", b"{%s}", b"%s\x00", b"%s#x"),
    *(b'{"a":%s}', b"//x\r%s", b"/*x*/%s", b"(%s)", b'"%s"', b"x%s", b"data: %s", b"<event>%s</event>"),
)
_JUNK = (
    *(b"", b" ", b"\t", b"\r", b"null", b"true", b"[]", b'"a"', b"12", b"{", b"{}", b"}{", b"}", b"[", b'"', b"\x00"),
    *(b"NaN", b"event_id,event_time", b"--", b"{}{}", b"{,}", b'{"":}', b'{"a"}', b'{"a":1', b"{'a':1}"),
    *(b"\xff", b"\xef\xbb\xbf"),
)
_LINE_ENDS = (b"\n", b"\n", b"\r\n", b"\n\n", b" \n", b"\n\r\n")
#: Bytes by which a record becomes too long, or nearly so.
_PADDINGS = (3_000, 4_000, 65_200, 65_536, 70_000)
_TOPIC_NAMES = tuple(TOPICS)


@dataclass(frozen=True)
class MutatedChunk:
    """A chunk as it lies in a file, and how many of its lines were mutated."""

    topic: str
    raw: bytes
    mutated: int


def mutated_batch(rng: Random, most_lines: int = 120) -> list[MutatedChunk]:
    """Some chunks of some topics, as one job gets them."""
    return [mutated_chunk(rng, rng.choice(_TOPIC_NAMES), most_lines) for _ in range(rng.randrange(1, 4))]


def mutated_chunk(rng: Random, topic_name: str, most_lines: int = 120) -> MutatedChunk:
    """A chunk in which six of ten lines are mutated, one stands there twice, and some are blank."""
    topic = TOPICS[topic_name]
    form = rng.randrange(2)
    lines: list[bytes] = []
    mutated = 0
    for _ in range(rng.randrange(1, most_lines + 1)):
        kind = rng.randrange(10)
        if kind == 0 and lines:
            lines.append(rng.choice(lines))
        elif kind < 4:
            lines.append(_line(_good_pairs(rng, topic, form)))
            continue
        else:
            lines.append(mutated_line(rng, topic, form))
        mutated += bool(lines[-1].strip(b" \t\r"))  # blank lines are no records
    end = rng.choice(_LINE_ENDS)
    raw = end.join(lines) + rng.choice((b"", b"\n", end))
    return MutatedChunk(topic_name, raw, mutated)


def mutated_line(rng: Random, topic: Topic, form: int) -> bytes:
    """Junk, or a record of which the fields or the bytes or both were changed."""
    kind = rng.randrange(10)
    if kind == 0:
        return rng.choice(_JUNK)
    pairs = _good_pairs(rng, topic, form)
    if kind < 8:
        for _ in range(rng.choice((1, 1, 1, 2))):
            pairs = _broken_structure(rng, topic, pairs)
        if rng.randrange(4) == 0:
            rng.shuffle(pairs)
    line = _line(pairs, rng.choice(("", "", "", " ", "\t", "\r")))
    return _broken_bytes(rng, line) if kind >= 6 else line


def _good_pairs(rng: Random, topic: Topic, form: int) -> list[tuple[str, str]]:
    """Keys and JSON texts of a good record."""
    # From a seed: what is good needs no search, and hypothesis pays for each of its draws.
    rng = Random(rng.randrange(2**16))
    pairs = []
    for field in topic.fields:
        if field.name == topic.id_field:
            pairs.append((field.name, f'"{rng.randrange(10**6)}"'))
        elif field.required or rng.randrange(3) == 0:
            pairs.append((field.name, good_value(rng, field, form)))
    return pairs


def _line(pairs: list[tuple[str, str]], space: str = "") -> bytes:
    text = "{" + ",".join(f'{space}"{key}"{space}:{space}{value}{space}' for key, value in pairs) + "}"
    return text.encode("utf-8", "surrogatepass")


def _broken_structure(rng: Random, topic: Topic, pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """One field dropped, doubled, renamed, replaced or added."""
    if not pairs:
        return pairs
    at = rng.randrange(len(pairs))
    key, value = pairs[at]
    field = _any_field(rng, topic)
    match rng.randrange(12):
        case 0:
            return pairs[:at] + pairs[at + 1 :]
        case 1:
            return [*pairs, (key, rng.choice((value, *ODD_VALUES)))]
        case 2:
            escaped = f"\\u{ord(key[0]):04x}{key[1:]}" if key else "\\u0000"
            names = (key.upper(), key + " ", "", key[:-1], escaped, key + "\\u0000", "\\ud800", "键")
            return pairs[:at] + [(rng.choice(names), value)] + pairs[at + 1 :]
        case 3:  # deep, in a field that is ignored or not
            depth = rng.choice((1, 2, 30, 31, 32, 33, 40, 500))
            opening, closing = rng.choice((("[", "]"), ('{"a":', "}"), ('[{"a":', "}]")))
            nested = opening * depth + "1" + closing * (depth - rng.choice((0, 0, 0, 1)))
            return [*pairs, (rng.choice(("extra", field.name)), nested)]
        case 4:  # long, in a field that is ignored or not
            text = '"' + rng.choice("x[]") * rng.choice(_PADDINGS) + '"'
            return [*pairs, (rng.choice(("extra", field.name)), text)]
        case 5:
            return [*pairs, ("extra", number(rng) if rng.randrange(2) else rng.choice(ODD_VALUES))]
        case _:  # what a field means is where most of the rules are
            rest = [pair for pair in pairs if pair[0] != field.name]
            return [*rest, (field.name, hostile_value(rng, field))]


def _any_field(rng: Random, topic: Topic) -> Field:
    """A field of a type: most fields are texts, most rules are about the others."""
    kind = rng.choice(sorted({field.type for field in topic.fields}, key=lambda kind: kind.value))
    return rng.choice([field for field in topic.fields if field.type is kind])


def _broken_bytes(rng: Random, line: bytes) -> bytes:
    """Bytes cut off, taken out, put in or changed, as transport and disks do."""
    at = rng.randrange(len(line) + 1)
    end = min(len(line), at + rng.randrange(40))
    match rng.randrange(7):
        case 0:
            return line[:at]
        case 1:
            return line[:at] + bytes([rng.randrange(256)]).replace(b"\n", b"") + line[at + 1 :]
        case 2:
            return line[:at] + rng.choice(_NO_UTF8) + line[at:]
        case 3:
            return line[:at] + rng.choice(_JUNK) + line[at:]
        case 4:
            return line[:at] + line[end:]
        case 5:
            return line[:end] + line[at:end] + line[end:]
        case _:
            return rng.choice(_AROUND).replace(b"%s", line)
