"""Quix Streams: a Kafka topic in, grouped by shard, stateful in RocksDB, two processes of one consumer group.

    python -m benchmarks.performance.rivals.quix_app FILE FOLDER BROKER

Runs in an environment of its own (see :mod:`..environments`). The calls come once both processes have their partitions:
one that changes hands loses its model, which stays in the process and is not saved (favours the rival). At least
once, not exactly once (favours the rival). The clock starts with the first call taken.
"""

import json
import os
import subprocess
import sys
import time
import uuid
from pathlib import Path

from benchmarks.performance.hits import read_hits, write_hits
from benchmarks.performance.lane.call import Call, read_call
from benchmarks.performance.lane.definition import SHARDS
from benchmarks.performance.lane.judge import new_model
from benchmarks.performance.lane.keyed import take_side
from benchmarks.performance.lane.shard_of import shard_of
from benchmarks.performance.stamps import Stamp

_PROCESSES = 2
#: A process ends when nothing has come for so long, seconds (ours).
_SILENT_S = 15.0
#: Partitions are looked at so often, and must have been the same for so many looks, seconds (ours).
_LOOK_S, _STEADY_LOOKS, _MOST_LOOKS = 0.5, 4, 120


class StateDict:
    """Quix's state with the two verbs of a dict that the lane uses."""

    def __init__(self, state):
        self._state = state
        self.get = state.get

    def __setitem__(self, phone: str, value: dict) -> None:
        self._state.set(phone, value)


def consume(broker: str, name: str, folder: Path) -> None:
    """One process of the consumer group."""
    from quixstreams import Application

    app = Application(broker_address=broker, consumer_group=name, auto_offset_reset="earliest", loglevel="WARNING",
                      state_dir=str(folder / f"state-{os.getpid()}"))
    stamp, models = Stamp(folder / "stamps"), {}
    hits = (folder / "hits.parts" / str(os.getpid())).open("a", buffering=1)

    def sides(line):
        call = read_call(line)
        return [{"shard": shard_of(number, SHARDS), "side": side, "call": list(call)}
                for side, number in enumerate(call.numbers())]

    def take(row, state):
        model = models.get(row["shard"])
        if model is None:
            model = models[row["shard"]] = new_model()
        hit = take_side(StateDict(state), model, Call(*row["call"]), row["side"])
        stamp.note()
        if hit:
            hits.write(json.dumps(hit) + "\n")

    rows = app.dataframe(app.topic(name, value_deserializer="str")).apply(sides, expand=True)
    rows.group_by(lambda row: str(row["shard"]), name="shard").update(take, stateful=True)
    app.run(timeout=_SILENT_S)
    stamp.close()


def main(file: Path, folder: Path, broker: str) -> None:
    """Fill a topic, then work it off."""
    from confluent_kafka import Producer
    from confluent_kafka.admin import AdminClient, NewTopic

    name = f"lane-{uuid.uuid4().hex[:8]}"
    (folder / "hits.parts").mkdir(parents=True, exist_ok=True)
    # All calls in one of two partitions, so that they come in order; the topic of rows behind it shares out to both.
    admin = AdminClient({"bootstrap.servers": broker})
    admin.create_topics([NewTopic(name, _PROCESSES, 1)])[name].result()
    command = [sys.executable, "-m", __spec__.name, "--consume", broker, name, str(folder)]
    processes = [subprocess.Popen(command) for _ in range(_PROCESSES)]
    _await_partitions(admin, name)
    producer = Producer({"bootstrap.servers": broker, "queue.buffering.max.messages": 1_000_000})
    with file.open("rb") as lines:
        for line in lines:
            producer.produce(name, line.rstrip(b"\n"), partition=0)
    producer.flush()
    for process in processes:
        process.wait()
    write_hits(folder / "hits", sorted(read_hits(folder / "hits.parts")))


def _await_partitions(admin, group: str) -> None:
    """Wait until both processes have had the same partitions for a while."""
    from confluent_kafka import KafkaException

    last, steady = None, 0
    for _ in range(_MOST_LOOKS):
        time.sleep(_LOOK_S)
        try:
            members = admin.describe_consumer_groups([group])[group].result().members
        except KafkaException:  # the broker still makes its topic of groups
            continue
        held = sorted((m.member_id, str(sorted((p.topic, p.partition) for p in m.assignment.topic_partitions)))
                      for m in members)
        is_whole = len(held) == _PROCESSES and all(partitions != "[]" for _, partitions in held)
        steady = steady + 1 if is_whole and held == last else 0
        if steady == _STEADY_LOOKS:
            return
        last = held
    sys.exit(f"the group {group} did not come to rest: {last}")


if __name__ == "__main__":
    if sys.argv[1] == "--consume":
        consume(sys.argv[2], sys.argv[3], Path(sys.argv[4]))
    else:
        main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
