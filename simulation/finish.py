"""What the generators leave open, filled for everybody alike: handset, place, device, address, delay."""

import numpy as np

from simulation.accounts import addresses
from simulation.clock import MINUTE_MS
from simulation.frames import MOBILE, ONLINE, SMS, THIRD_PARTY, UNSET
from simulation.phones import locate

#: Share of orders that come from the usual address; phones on the move have any other (ours).
USUAL_ADDRESS = 0.6
#: Share of payments ordered away from the home county (ours).
AWAY_PAYMENTS = 0.05


def finish_calls(world, rows: np.ndarray, day: int, hour: int) -> np.ndarray:
    """Fill handsets and cells of lines; callers without a line get none."""
    rng = world.rng("finish calls", day, hour)
    phones = world.phones
    mine = rows["caller"] >= 0
    rows["number"][mine] = phones.number[rows["caller"][mine]]
    bare = np.flatnonzero(mine & (rows["imei"] == UNSET))
    rows["imei"][bare] = phones.imei[rows["caller"][bare]]
    lost = np.flatnonzero(mine & (rows["cell"] == UNSET))
    rows["cell"][lost] = locate(phones, world.cells, rows["caller"][lost], hour, world.window.is_weekend(day), rng)
    rows["duration"][rows["kind"] == SMS] = -1
    share, minutes = world.config.late
    rows["arrive"] = rows["time"]
    late = rng.random(len(rows)) < share
    rows["arrive"][late] += (rng.random(int(late.sum())) * minutes * MINUTE_MS).astype(np.int64)
    return rows


def finish_pays(world, rows: np.ndarray, day: int, hour: int) -> np.ndarray:
    """Fill device, address and area; only orders given through a device have the first two."""
    rng = world.rng("finish pays", day, hour)
    accounts = world.accounts
    payer = rows["payer"]
    bare = rows["device"] == UNSET
    rows["device"][bare] = accounts.device[payer[bare]]
    usual = rng.random(len(rows)) < USUAL_ADDRESS
    nowhere = rows["ip"] == UNSET
    home = nowhere & usual
    rows["ip"][home] = accounts.ip[payer[home]]
    roam = nowhere & ~usual
    rows["ip"][roam] = addresses(rng, int(roam.sum()))
    remote = np.isin(rows["channel"], (ONLINE, MOBILE, THIRD_PARTY))
    rows["device"][~remote] = rows["ip"][~remote] = UNSET
    open_area = np.flatnonzero(rows["area"] == UNSET)
    rows["area"][open_area] = accounts.area[payer[open_area]]
    away = open_area[rng.random(len(open_area)) < AWAY_PAYMENTS]
    rows["area"][away] = rng.choice(accounts.area, len(away))
    return rows
