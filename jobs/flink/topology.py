"""The whole job as a graph of operators.

::

                                                                  ╔═► persons ═► payees ═╗
    ticks ─► plan ─► timestamps ═╦═► decode ═╦═► devices ═╦═► cards ═╩════════════╩══════════╬═► store
    └─ one chain, parallelism 1 ─┘           ╠════════════╝                         by shard ║   parallelism 1
                            rebalance        ╚═► globals ════════════════════════════════════╝   one key
                                          by shard; globals: parallelism 1

Records are few and large: a chunk descriptor of one network buffer, then one payload per chunk and
shard. Python is entered once per chunk in `plan` and `decode`, once per bundle of payloads after.
"""

from pyflink.common import Types, WatermarkStrategy
from pyflink.datastream import DataStream, StreamExecutionEnvironment
from pyflink.datastream.connectors.number_seq import NumberSequenceSource

from jobs.flink import uids
from jobs.flink.bundles import set_bundle_size
from jobs.flink.decode_function import CARDS_TAG, GLOBALS_TAG, KEYED_PAYLOAD, DecodeChunks
from jobs.flink.keyed_edges import keyed_by_first_field, side_output, timestamped_by_second_field
from jobs.flink.plan_function import PlanChunks
from jobs.flink.protocol import PipelineFactory
from jobs.flink.settings import JobSettings
from jobs.flink.shard_operator import PAYEES_TAG, PERSONS_TAG, HostShards
from jobs.flink.store_operator import StoreResults

#: Ticks of a follow run: a thousand a second for 285,000 years.
ENDLESS_TICKS = 2**53

_PLANNED = Types.TUPLE([Types.PRIMITIVE_ARRAY(Types.BYTE()), Types.LONG()])


def build_topology(env: StreamExecutionEnvironment, factory: PipelineFactory,
                   settings: JobSettings, ticks: int) -> None:
    """Add all operators to `env`; `ticks` is the number of planned chunks, or ENDLESS_TICKS."""
    env.set_parallelism(settings.parallelism)
    env.set_max_parallelism(settings.shards)

    source = env.from_source(NumberSequenceSource(0, ticks - 1), WatermarkStrategy.no_watermarks(),
                             uids.TICKS).set_parallelism(1)
    _named(source, uids.TICKS)
    planned = source.forward().process(
        PlanChunks(factory, settings.plan_path, follow=settings.follow, poll_ms=settings.poll_ms,
                   allowed_lateness_ms=settings.allowed_lateness_ms), _PLANNED).set_parallelism(1)
    _named(planned, uids.PLAN, settings.plan_bundle)
    timed = _named(timestamped_by_second_field(planned).set_parallelism(1), uids.TIMESTAMPS)

    decoded = timed.rebalance().process(
        DecodeChunks(factory, settings.shards, settings.globals), KEYED_PAYLOAD)
    _named(decoded, uids.DECODE, settings.decode_bundle)

    devices = keyed_by_first_field(decoded).process(
        HostShards(factory, "device_shard", settings.shards, destinations=settings.shards,
                   log_bytes=settings.shard_log_bytes), KEYED_PAYLOAD)
    _named(devices, uids.DEVICES, settings.shard_bundle)

    cards = keyed_by_first_field(side_output(decoded, CARDS_TAG).union(devices)).process(
        HostShards(factory, "card_shard", settings.shards, destinations=1,
                   log_bytes=settings.shard_log_bytes), KEYED_PAYLOAD)
    _named(cards, uids.CARDS, settings.shard_bundle)

    results = cards
    if settings.persons:
        persons = keyed_by_first_field(side_output(cards, PERSONS_TAG)).process(
            HostShards(factory, "person_shard", settings.shards, destinations=1,
                       log_bytes=settings.shard_log_bytes), KEYED_PAYLOAD)
        _named(persons, uids.PERSONS, settings.shard_bundle)
        payees = keyed_by_first_field(side_output(persons, PAYEES_TAG)).process(
            HostShards(factory, "payee_shard", settings.shards, destinations=1,
                       log_bytes=settings.shard_log_bytes), KEYED_PAYLOAD)
        _named(payees, uids.PAYEES, settings.shard_bundle)
        results = cards.union(persons, payees)
    if settings.globals:
        whole = keyed_by_first_field(side_output(decoded, GLOBALS_TAG)).process(
            HostShards(factory, "global_shard", settings.globals, destinations=1,
                       log_bytes=settings.shard_log_bytes), KEYED_PAYLOAD)
        whole.set_parallelism(1).set_max_parallelism(settings.globals)
        _named(whole, uids.GLOBALS, settings.shard_bundle)
        results = results.union(whole)

    stored = keyed_by_first_field(results).process(
        StoreResults(factory, delay_ms=settings.store_delay_ms,
                     batch_bytes=settings.store_batch_bytes), KEYED_PAYLOAD).set_parallelism(1)
    _named(stored, uids.STORE, settings.shard_bundle)


def _named(stream: DataStream, name: str, bundle_size: int | None = None) -> DataStream:
    if bundle_size is not None:
        set_bundle_size(stream, bundle_size)
    return stream.name(name).uid(uids.UIDS[name])
