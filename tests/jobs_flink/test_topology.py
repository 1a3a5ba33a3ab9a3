"""Names, uids and keys: what savepoints and balance depend on."""

from collections import Counter
from dataclasses import replace
from functools import partial

import pytest
from noop import NoPipeline

from jobs.flink import uids
from jobs.flink.configuration import flink_configuration
from jobs.flink.gateway import ensure_gateway
from jobs.flink.shard_keys import key_group, shard_keys
from jobs.flink.topology import build_topology


@pytest.mark.parametrize("shards", [1, 2, 8, 32, 128])
def test_shard_i_has_key_group_i(shards):
    keys = shard_keys(shards)
    assert [key_group(key, shards) for key in keys] == list(range(shards))


def test_flink_agrees_with_our_hash(toy_run):
    ensure_gateway(toy_run.settings())
    from pyflink.java_gateway import get_gateway

    jvm = get_gateway().jvm
    row_of = jvm.org.apache.flink.types.Row
    assign = jvm.org.apache.flink.runtime.state.KeyGroupRangeAssignment
    for shards in (8, 32):
        homes = Counter()
        for shard, key in enumerate(shard_keys(shards)):
            row = row_of(1)
            row.setField(0, key)
            assert assign.assignToKeyGroup(row, shards) == shard
            homes[assign.computeOperatorIndexForKeyGroup(shards, 4, shard)] += 1
        assert set(homes.values()) == {shards // 4}


def test_every_operator_has_a_unique_name_and_uid(toy_run):
    from pyflink.datastream import StreamExecutionEnvironment

    settings = replace(toy_run.settings(parallelism=2), persons=True, globals=2)
    ensure_gateway(settings)
    env = StreamExecutionEnvironment.get_execution_environment(flink_configuration(settings, None))
    settings.plan_path.parent.mkdir(parents=True, exist_ok=True)
    build_topology(env, partial(NoPipeline), settings, ticks=10)
    graph = env._generate_stream_graph(True, "names")
    nodes = list(graph.getStreamNodes().toArray())
    names = [node.getOperatorName().removeprefix("Source: ") for node in nodes]
    found = [node.getTransformationUID() for node in nodes]
    assert sorted(names) == sorted(uids.UIDS)
    assert dict(zip(names, found, strict=True)) == dict(uids.UIDS)
    assert len(set(found)) == len(found)


def test_state_names_are_unique():
    states = [uids.SHARD_SNAPSHOT_STATE, uids.SHARD_LOG_STATE, uids.STORE_PENDING_STATE]
    assert len(set(states)) == len(states)
