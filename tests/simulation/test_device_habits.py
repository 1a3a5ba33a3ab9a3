"""Another device than the usual one is nothing that only rings order from."""

from collections import defaultdict

import pytest

from simulation.roles import FRAUD_ROLES


@pytest.fixture(scope="module")
def devices_of(make_city):
    """Devices of each payer, honest and bad ones apart, in a city with many rings."""
    made = make_city(people=2_000, days=3, seed=23, fraud_phones_per_1000=25, mules_per_1000=25)
    bad = {row["card"] for row in made.truth() if row["role"] in FRAUD_ROLES}
    found = {True: defaultdict(list), False: defaultdict(list)}
    for event in made.events("txn"):
        if "device" in event:
            found["account:" + event["payer"] in bad][event["payer"]].append(event["device"])
    return found


def test_most_who_order_from_several_devices_are_honest(devices_of):
    several = {bad: sum(len(set(d)) > 1 for d in payers.values()) for bad, payers in devices_of.items()}
    assert several[False] > 3 * several[True] > 20


def test_most_people_have_one_device_and_most_orders_come_from_the_usual_one(devices_of):
    honest = devices_of[False].values()
    assert 0.75 < sum(len(set(d)) == 1 for d in honest) / len(honest) < 0.97
    orders = sum(map(len, honest))
    assert 0.95 < sum(max(map(d.count, set(d))) for d in honest) / orders < 1


def test_devices_are_shared_and_replaced(devices_of):
    holders = defaultdict(set)
    for payer, used in devices_of[False].items():
        for device in used:
            holders[device].add(payer)
    assert sum(len(h) > 2 for h in holders.values()) > 10
    left = [d for d in devices_of[False].values() if len(d) > 12 and d[0] not in d[len(d) // 2 :]]
    assert left
