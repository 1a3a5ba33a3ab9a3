"""What the shards of one instance let out at one watermark, joined by where it goes."""

from collections.abc import Iterable, Iterator

from jobs.flink.payloads import join_payloads
from jobs.flink.protocol import Aside, Output


class GatheredOutputs:
    """Outputs of several shards until they leave together.

    Every shard may have something for every other. Sent by each alone, that would be as many records as there are pairs
    of shards, and a record costs the same two milliseconds of all processes whether it holds ten rows or ten thousand.
    """

    def __init__(self):
        self._payloads: dict[tuple[type, int], list[bytes]] = {}

    def add(self, outputs: Iterable[Output | Aside]) -> None:
        """Take in what one shard let out."""
        for output in outputs:
            kind = Aside if isinstance(output, Aside) else tuple
            self._payloads.setdefault((kind, output[0]), []).append(output[1])

    def take(self) -> Iterator[Output | Aside]:
        """Hand out everything, one output for each destination, and hold nothing more."""
        gathered, self._payloads = self._payloads, {}
        for (kind, destination), payloads in gathered.items():
            joined = join_payloads(payloads)
            yield Aside(destination, joined) if kind is Aside else (destination, joined)
