"""The honest look-alikes: each is cast once and then acts day by day.

A module offers ``cast(world)``, which gives out the parts and stores what it needs in
``world.actors``, and ``day(world, day)``, which returns the calls and payments of one day.
"""

from simulation.lookalikes import (
    call_center,
    courier,
    family,
    gatherer,
    landlord,
    new_card,
    reawakened,
    reseller,
    salesperson,
    shop,
    sms_marketer,
)
from simulation.ordinary.wages import cast_wages, wages

#: In the order in which they are cast.
LOOKALIKES = (call_center, courier, salesperson, sms_marketer, new_card, reawakened, gatherer, landlord, family,
              reseller, shop)


def cast_lookalikes(world) -> None:
    """Give out every honest part."""
    for role in LOOKALIKES:
        role.cast(world)
    cast_wages(world)


def plan_day(world, day: int) -> None:
    """Put one day of the look-alikes and the wages on the agenda."""
    for role in LOOKALIKES:
        calls, pays = role.day(world, day)
        world.calls.add(calls)
        world.pays.add(pays)
    world.pays.add(wages(world, day))
