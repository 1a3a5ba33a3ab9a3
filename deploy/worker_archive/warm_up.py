"""``python -m deploy.worker_archive.warm_up BUS``: compile the kernels of the job, print the folder that holds them.

Drives the shards as workers do, with payloads as bytes and through a snapshot: numba compiles a
kernel once for each kind of array, and arrays over received bytes are another kind.
"""

import sys
import time
from pathlib import Path

import pyarrow as pa

from connectors.column_bytes import string_bytes
from connectors.folder import read_chunk
from jobs.device_shard import DeviceShard
from jobs.flink.protocol import END_OF_TIME_MS, Aside
from jobs.flink.tally import Tally
from jobs.global_shards import global_shards
from jobs.kernel_cache import kernel_folder
from jobs.model_life.shipped import shipped_models
from jobs.payee_shard import PayeeShard
from jobs.person_shard import PersonShard
from jobs.record_origin import FileOrigin
from jobs.replay import plan_chunks
from jobs.routing import route
from jobs.score import CardShard, CardShardOnFlink, DeviceShardOnFlink, PayeeShardOnFlink, PersonShardOnFlink
from jobs.settings import Settings

_SHARDS = 2
_CHUNK_BYTES = 256 << 10


class _Shards:
    """All shards of a small job, each of which can be exchanged for one made from its snapshot."""

    def __init__(self):
        settings = Settings(shards=_SHARDS, parallelism=1)
        self._engine = settings.engine(int(time.time() * 1000))
        self.devices = [self._device() for _ in range(_SHARDS)]
        self.cards = [self._card(k) for k in range(_SHARDS)]
        self.persons = [self._person() for _ in range(_SHARDS)]
        self.payees = [self._payee() for _ in range(_SHARDS)]
        self.globals = global_shards(self._engine.rules)

    def take(self, chunk) -> None:
        origin, raw = FileOrigin(chunk.path, chunk.start), read_chunk(chunk.path, chunk.start, chunk.end)
        routed = route(chunk.topic, origin, raw, _SHARDS, self._engine.latest_ms)
        for shard, batch in routed.to_devices:
            self.devices[shard].push(batch.to_bytes())
        for shard, batch in routed.to_cards:
            self.cards[shard].push(batch.to_bytes())
        for number, batch in routed.to_globals:
            self.globals[number].push(batch.to_bytes())

    def advance(self, watermark_ms: int) -> None:
        for device in self.devices:
            for shard, payload in device.advance(watermark_ms):
                self.cards[shard].push(payload)
        for card in self.cards:
            for output in card.advance(watermark_ms):
                if isinstance(output, Aside):
                    self.persons[output.shard].push(output.payload)
        for person in self.persons:
            for output in person.advance(watermark_ms):
                if isinstance(output, Aside):
                    self.payees[output.shard].push(output.payload)
        for shard in (*self.payees, *self.globals):
            shard.advance(watermark_ms)

    def restart(self) -> None:
        for k in range(_SHARDS):
            device, card, person, payee = self._device(), self._card(k), self._person(), self._payee()
            device.restore(self.devices[k].snapshot())
            card.restore(self.cards[k].snapshot())
            person.restore(self.persons[k].snapshot())
            payee.restore(self.payees[k].snapshot())
            self.devices[k], self.cards[k], self.persons[k], self.payees[k] = device, card, person, payee
        before, self.globals = self.globals, global_shards(self._engine.rules)
        for number, shard in enumerate(self.globals):
            shard.restore(before[number].snapshot())

    def take_models(self) -> None:
        for model in shipped_models():
            for card in self.cards:
                card.push(model.to_payload())

    def _device(self) -> DeviceShardOnFlink:
        return DeviceShardOnFlink(DeviceShard(_SHARDS, self._engine.bounds))

    def _card(self, number: int) -> CardShardOnFlink:
        return CardShardOnFlink(number, CardShard(self._engine.rules, self._engine.bounds), self._engine, True, Tally())

    def _person(self) -> PersonShardOnFlink:
        return PersonShardOnFlink(PersonShard(self._engine.rules.warnings, self._engine.bounds), _SHARDS, Tally())

    def _payee(self) -> PayeeShardOnFlink:
        return PayeeShardOnFlink(PayeeShard(self._engine.rules.warnings, self._engine.bounds), Tally())


def main(bus: Path) -> None:
    """Run a folder of topics through the shards, with a restart in its middle."""
    shards = _Shards()
    shards.take_models()
    chunks = list(plan_chunks(bus, int(time.time() * 1000), _CHUNK_BYTES))
    for number, chunk in enumerate(chunks):
        if number == len(chunks) // 2:
            shards.restart()
        shards.take(chunk)
        shards.advance(chunk.low_ms - 10_000)
    shards.advance(END_OF_TIME_MS)
    string_bytes(pa.array(["so that the store's client has its kernel, too"]))
    print(kernel_folder())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
