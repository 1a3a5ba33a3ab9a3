"""Names and uids of the operators.

A uid is stored in every savepoint: changing one orphans the state of that operator, so these are
public API and the changelog says when one changes. Names appear in Flink's web page and metrics.
"""

from types import MappingProxyType

TICKS = "ticks"
PLAN = "plan"
TIMESTAMPS = "timestamps"
DECODE = "decode"
DEVICES = "devices"
CARDS = "cards"
PERSONS = "persons"
PAYEES = "payees"
GLOBALS = "globals"
STORE = "store"

#: uid by operator name.
UIDS = MappingProxyType({
    TICKS: "duanka-ticks-v1",
    PLAN: "duanka-plan-v1",
    TIMESTAMPS: "duanka-timestamps-v1",
    DECODE: "duanka-decode-v1",
    DEVICES: "duanka-devices-v1",
    CARDS: "duanka-cards-v1",
    PERSONS: "duanka-persons-v1",
    PAYEES: "duanka-payees-v1",
    GLOBALS: "duanka-globals-v1",
    STORE: "duanka-store-v1",
})

#: Names of the keyed states, stored in savepoints like the uids.
SHARD_SNAPSHOT_STATE = "shard-snapshot-v1"
SHARD_LOG_STATE = "shard-log-v1"
STORE_PENDING_STATE = "store-pending-v1"
