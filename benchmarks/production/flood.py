"""A flood of malformed records: bad lines among good ones, and how many of each reason to expect."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from features.events import TOPICS, FieldType

#: 2200-01-01, after the clock of any run.
_FAR_FUTURE_MS = 7_258_118_400_000
#: Of so many bad lines one is over-long, so that a flood is not mostly that (ours).
_RARE = 100
_TEXTS = (FieldType.TEXT, FieldType.PARTY, FieldType.CARD)


class Flood:
    """Mixes bad lines into the good ones of a topic, the same ones for the same seed.

    Each bad line is made from the good one before it and is wrong in one way only, so the reason is
    known. It misleads where the good lines are not good, or hold repeats of their own.

    Parameters
    ----------
    topic : str
    share : float, 0 to less than 1
        Of all lines, how many are bad on average.
    seed : int
    repeats : bool
        Whether good lines that come again are among the bad ones. Their reason, ``duplicate``, is given by
        the shards while they remember the first one; all others are given by the decoder.

    Attributes
    ----------
    good : int
    expected : Counter
        Bad lines so far by reason, as in :class:`features.rejects.Reason`.

    Examples
    --------
    >>> flood = Flood("verdict", 0.5, seed=3)
    >>> line = b'{"event_time":1772506800000,"card":"phone:1","verdict":"cleared","officer":"o"}'
    >>> lines = list(flood.mix([line] * 100))
    >>> len(lines) == flood.good + flood.expected.total(), len(flood.expected)
    (True, 12)
    """

    def __init__(self, topic: str, share: float, seed: int, repeats: bool = True):
        if not 0 <= share < 1:
            raise ValueError(f"the share of bad lines is 0 to less than 1, got {share}")
        self._topic = TOPICS[topic]
        self._share = share
        self._rng = random.Random(f"{topic} {seed}")
        self._makers = self._bad_by_reason()
        self._reasons = [reason for reason in self._makers if reason != "too_long"] + ["duplicate"] * repeats
        self.good = 0
        self.expected: Counter[str] = Counter()

    def mix(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the good lines in order, each followed by any number of bad ones; without line feeds."""
        for line in lines:
            self.good += 1
            yield line
            while self._rng.random() < self._share:
                yield self._bad(line.strip())

    def _bad(self, line: bytes) -> bytes:
        reason = "too_long" if self._rng.randrange(_RARE) == 0 else self._rng.choice(self._reasons)
        self.expected[reason] += 1
        return line if reason == "duplicate" else self._makers[reason](line)

    def _bad_by_reason(self) -> dict[str, Callable[[bytes], bytes]]:
        """Makers of a bad line by its reason."""
        time = self._topic.time_field
        texts = [field.name for field in self._topic.fields if field.required and field.type in _TEXTS]
        required = [field.name for field in self._topic.fields if field.required]
        odd = {
            "missing_field": (required, None),
            "wrong_type": (required, {"a": 1}),
            "bad_value": (texts, "\a"),
            "out_of_range": ([time], 0.5),
            "bad_time": ([time], "yesterday"),
            "too_far_past": ([time], 0),
            "too_far_future": ([time], _FAR_FUTURE_MS),
            "too_deep": (["nested"], json.loads("[" * 40 + "]" * 40)),
        }
        makers = {reason: self._replacing(names, value) for reason, (names, value) in odd.items()}
        makers["invalid_utf8"] = lambda line: line[:-1] + b',"note\xff":1}'
        makers["not_an_object"] = lambda line: b"[" + line + b"]"
        makers["malformed_json"] = self._malformed
        makers["too_long"] = self._replacing(["padding"], "x" * 70_000)
        return makers

    def _replacing(self, names: list[str], value: object) -> Callable[[bytes], bytes]:
        def make(line: bytes) -> bytes:
            record = json.loads(line)
            record[self._rng.choice(names)] = value
            return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()

        return make

    def _malformed(self, line: bytes) -> bytes:
        match self._rng.randrange(4):
            case 0:
                return line[: self._rng.randrange(1, len(line))]
            case 1:
                return line + line
            case 2:
                return b"\xef\xbb\xbf" + line
            case _:
                return line[:-1] + b',"ratio":NaN}'
