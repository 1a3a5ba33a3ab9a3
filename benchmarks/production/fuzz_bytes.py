"""Coverage-guided fuzzing of the decoder with atheris; a part of :mod:`benchmarks.production.fuzz`.

    python -m benchmarks.production.fuzz_bytes FOLDER SECONDS SEED

An input is the bytes of a chunk, or what :mod:`.mutated_records` makes of them. It is decoded by
itself, which the bulk parser may take, and among good and bad neighbours, and held to the oracle both
times. The engine gets everything in larger portions. Guided are the decoder's Python parts, the
oracle, and Python's own JSON parser in its readable form: the parsers of the product are native
code, which tells nothing of its branches. FOLDER keeps the inputs found so far, ``tally.json`` and,
after a failure, the input at fault.
"""

import json
import sys
from json import decoder, scanner
from pathlib import Path
from random import Random
from time import perf_counter
from types import FunctionType, ModuleType

import atheris

from benchmarks.production import hostile_values, mutated_records, record_oracle, strict_json
from benchmarks.production.batch_check import Tally, check_batch, fuzz_settings
from benchmarks.production.chunk_check import Checked, check_chunk
from benchmarks.production.hostile_values import LATEST_MS
from features import decode as decode_module
from features import parse_bulk, parse_strict, validate
from features.decode import decode
from features.events import TOPICS
from features.events_page import EXAMPLES

_TOPICS = tuple(TOPICS)
_SETTINGS = (fuzz_settings(LATEST_MS), fuzz_settings(LATEST_MS, eager=True))
#: Records that are given to an engine at once; well below what a shard remembers of repeats.
_PORTION = 2_000
_SAVE_EVERY = 500
_WORDS = (
    *("NaN", "Infinity", "null", "true", "\\ud83d\\ude00", "\\ud800", "\\u0000", "e308", "E400", "Z", "+08:00"),
    *(":", "},{", "9" * 60, "0" * 60, "[[[[[[[[", "]]]]]]]]", "2299-12-31", "1980-01-01", "phone:", "account:"),
)


class BytesRandom(Random):
    """Stands in for ``random.Random``: each choice is read from the fuzzer's bytes."""

    def __init__(self, data: bytes):
        super().__init__(0)
        self._data = atheris.FuzzedDataProvider(data)

    def randrange(self, start: int, stop: int | None = None) -> int:
        """As in ``random``; the first value once the bytes are used up."""
        low, high = (0, start) if stop is None else (start, stop)
        return self._data.ConsumeIntInRange(low, high - 1)

    def choice(self, choices):
        """As in ``random``."""
        return choices[self.randrange(len(choices))]

    def shuffle(self, items: list) -> None:
        """As in ``random``."""
        for last in range(len(items) - 1, 0, -1):
            other = self.randrange(last + 1)
            items[last], items[other] = items[other], items[last]


class ByteFuzzer:
    """What libFuzzer calls, with the figures of the run."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._started = perf_counter()
        self.inputs = self.mutated = 0
        self.tally = Tally()
        self._portion: list[tuple[str, bytes]] = []
        self._waiting = 0

    def take(self, data: bytes) -> None:
        """Check one input; raises what is found."""
        if len(data) < 2:
            return
        kind = data[0] % (len(_TOPICS) + 2)
        if kind < len(_TOPICS):
            topic, raw = _TOPICS[kind], data[1:]
        else:
            topic = _TOPICS[data[1] % len(_TOPICS)]
            raw = mutated_records.mutated_chunk(BytesRandom(data[2:]), topic, 6).raw
        _read_readably(raw)
        checked = _check(topic, raw)
        good = EXAMPLES[topic].encode()
        _check(topic, b"\n".join((good, raw, b"[" + good, good)))
        self._portion.append((topic, raw))
        self._waiting += checked.records
        self.mutated += checked.records
        self.inputs += 1
        if self._waiting >= _PORTION:
            self._flush()
        if self.inputs % _SAVE_EVERY == 0:
            self._save()

    def _flush(self) -> None:
        self.tally.add(check_batch(self._portion, _SETTINGS[self.inputs % 2])[0])
        self._portion, self._waiting = [], 0

    def _save(self) -> None:
        figures = {"mutated": self.mutated, "inputs": self.inputs, "seconds": perf_counter() - self._started}
        (self._folder / "tally.json").write_text(json.dumps(figures | {"tally": self.tally.figures()}))


def _check(topic: str, raw: bytes) -> Checked:
    return check_chunk(raw, decode(topic, raw, 7, LATEST_MS), 7, LATEST_MS)


class _ReadableDecoder(decoder.JSONDecoder):
    """The standard library's parser without its native parts, so that its branches are seen."""

    def __init__(self):
        super().__init__()
        self.parse_string = decoder.py_scanstring
        self.scan_once = scanner.py_make_scanner(self)


def _read_readably(raw: bytes) -> None:
    for line in raw.split(b"\n")[:8]:
        try:
            _ReadableDecoder().decode(line.decode("utf-8", "surrogateescape"))
        except (ValueError, RecursionError):
            continue


def _seeds(folder: Path, corpus: Path) -> None:
    """Write what the search begins with: the examples of the events page and the tests' corpus."""
    inputs = [(topic, text.encode()) for topic, text in EXAMPLES.items()]
    for file in sorted(corpus.glob("*.ndjson")):
        inputs += [(file.name.partition("-")[0], line) for line in file.read_bytes().split(b"\n") if line]
    for number, (topic, line) in enumerate(inputs):
        if len(line) < 3000:
            (folder / f"seed-{number:04d}").write_bytes(bytes([_TOPICS.index(topic)]) + line)
    rng = Random(0)
    for number in range(64):
        (folder / f"seed-mutated-{number:02d}").write_bytes(bytes([len(_TOPICS), number]) + rng.randbytes(400))


def _words(file: Path) -> None:
    names = {field.name for topic in TOPICS.values() for field in topic.fields}
    choices = {choice for topic in TOPICS.values() for field in topic.fields for choice in field.choices}
    words = sorted({f'"{word}"' for word in names | choices} | set(_WORDS))
    file.write_text("".join('"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"\n' for word in words))


def _guide(module: ModuleType) -> None:
    """Report a module's branches to the fuzzer; kernels are no plain functions, and left alone."""
    for function in vars(module).values():
        if isinstance(function, FunctionType) and function.__module__ == module.__name__:
            atheris.instrument_func(function)


def main(folder: Path, seconds: float, seed: int, corpus: Path = Path("tests/features/corpus")) -> None:
    """Fuzz for some seconds; libFuzzer ends the process, with 77 after a failure."""
    inputs = folder / "inputs"
    inputs.mkdir(parents=True, exist_ok=True)
    _seeds(inputs, corpus)
    _words(folder / "words.dict")
    for module in (decode_module, parse_bulk, parse_strict, validate, strict_json, record_oracle):
        _guide(module)
    for module in (mutated_records, hostile_values, decoder, scanner):
        _guide(module)
    options = {"max_total_time": round(seconds), "seed": seed + 1, "max_len": 4096}
    options |= {"timeout": 300, "rss_limit_mb": 6000}  # kernels may have to be compiled first
    options |= {"dict": folder / "words.dict", "artifact_prefix": f"{folder}/failed-", "print_final_stats": 1}
    arguments = [sys.argv[0], *(f"-{name}={value}" for name, value in options.items()), str(inputs)]
    atheris.Setup(arguments, ByteFuzzer(folder).take)
    atheris.Fuzz()


if __name__ == "__main__":
    import typer

    typer.run(main)
