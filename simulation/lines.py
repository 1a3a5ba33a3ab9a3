"""Calls and payments as JSON lines.

Optional fields are missing now and then, as they are in life: each with its own chance, drawn for
every event alike, whoever is behind it.
"""

import numpy as np

from features.events import CHANNELS, KINDS
from simulation.areas import CODES
from simulation.frames import MEMOS, UNSET
from simulation.numbering import BANKS, OPERATORS
from simulation.sheet import Sheet, Slot, Template, in_chunks, words

#: Share of events without an optional field it could have (ours), in 256ths.
_CALL_GAPS = {"duration_s": 2, "answered": 6, "imei": 8, "imsi": 8, "cell": 5, "area": 5, "home_area": 10,
              "operator": 3}
_PAY_GAPS = {"currency": 128, "channel": 4, "payer_bank": 4, "payee_bank": 10, "payer_phone": 16, "payee_phone": 64,
             "balance_after": 8, "device": 20, "ip": 20, "area": 13, "memo": 0}

_CALL = Template(
    Slot("event_id", '{"event_id":"e', 12, '"'), Slot("event_time", ',"event_time":', 13),
    Slot("kind", ',"kind":"', 5, '"'), Slot("caller", ',"caller":"', 14, '"'), Slot("callee", ',"callee":"', 14, '"'),
    Slot("duration_s", ',"duration_s":', 4), Slot("answered", ',"answered":', 5), Slot("imei", ',"imei":"', 15, '"'),
    Slot("imsi", ',"imsi":"', 15, '"'), Slot("cell", ',"cell":"', 12, '"'), Slot("area", ',"area":"', 6, '"'),
    Slot("home_area", ',"home_area":"', 6, '"'), Slot("operator", ',"operator":"', 8, '"'), Slot("end", "}\n", 0))
_PAY = Template(
    Slot("event_id", '{"event_id":"e', 12, '"'), Slot("event_time", ',"event_time":', 13),
    Slot("payer", ',"payer":"', 19, '"'), Slot("payee", ',"payee":"', 19, '"'), Slot("amount", ',"amount":"', 13, '"'),
    Slot("currency", ',"currency":"CNY"', 0), Slot("channel", ',"channel":"', 11, '"'),
    Slot("payer_bank", ',"payer_bank":"', 5, '"'), Slot("payee_bank", ',"payee_bank":"', 5, '"'),
    Slot("payer_phone", ',"payer_phone":"', 11, '"'), Slot("payee_phone", ',"payee_phone":"', 11, '"'),
    Slot("balance_after", ',"balance_after":"', 15, '"'), Slot("device", ',"device":"d', 12, '"'),
    Slot("ip1", ',"ip":"', 3, "."), Slot("ip2", "", 3, "."), Slot("ip3", "", 3, "."), Slot("ip4", "", 3, '"'),
    Slot("area", ',"area":"', 6, '"'), Slot("memo", ',"memo":"', max(len(m.encode()) for m in MEMOS), '"'),
    Slot("end", "}\n", 0))
_KINDS, _FLAGS, _AREAS = words(KINDS), words(("false", "true")), words(CODES)
_OPERATORS, _CHANNELS, _BANKS, _MEMOS = words(OPERATORS), words(CHANNELS), words(BANKS), words(MEMOS)


def _gaps(rng, count, shares):
    draw = rng.integers(0, 256, (len(shares), count), np.uint8)
    return {name: draw[i] < share for i, (name, share) in enumerate(shares.items())}


def call_lines(world, rng, rows: np.ndarray, ids: np.ndarray):
    """Yield blocks of lines of finished CALL rows."""
    phones, cells = world.phones, world.cells
    for part in in_chunks(len(rows)):
        r, sheet = rows[part], Sheet(_CALL, part.stop - part.start)
        gap = _gaps(rng, len(r), _CALL_GAPS)
        caller, cell = np.maximum(r["caller"], 0), np.maximum(r["cell"], 0)
        outside = r["caller"] < 0
        for name in ("imei", "imsi", "cell", "area", "home_area", "operator"):
            gap[name] |= outside
        gap["duration_s"] |= r["duration"] < 0
        gap["answered"] |= r["answered"] < 0
        sheet.number("event_id", ids[part], strip=False)
        sheet.number("event_time", r["time"], strip=False)
        sheet.pick("kind", _KINDS, r["kind"])
        sheet.number("caller", r["number"])
        sheet.number("callee", r["callee"])
        sheet.number("duration_s", np.maximum(r["duration"], 0))
        sheet.pick("answered", _FLAGS, np.maximum(r["answered"], 0))
        sheet.number("imei", np.maximum(r["imei"], 0), strip=False)
        sheet.number("imsi", phones.imsi[caller], strip=False)
        sheet.number("cell", cells.code[cell], strip=False)
        sheet.pick("area", _AREAS, cells.area[cell])
        sheet.pick("home_area", _AREAS, phones.home_area[caller])
        sheet.pick("operator", _OPERATORS, phones.operator[caller])
        for name, where in gap.items():
            sheet.drop(name, where)
        yield sheet.tobytes()


def pay_lines(world, rng, rows: np.ndarray, ids: np.ndarray):
    """Yield blocks of lines of finished PAY rows."""
    accounts, numbers = world.accounts, world.phones.number
    for part in in_chunks(len(rows)):
        r, sheet = rows[part], Sheet(_PAY, part.stop - part.start)
        gap = _gaps(rng, len(r), _PAY_GAPS)
        gap["device"] |= r["device"] == UNSET
        gap["ip"] |= r["ip"] == UNSET
        gap["memo"] |= r["memo"] == 0
        sheet.number("event_id", ids[part], strip=False)
        sheet.number("event_time", r["time"], strip=False)
        for side in ("payer", "payee"):
            line = accounts.phone[r[side]]
            gap[f"{side}_phone"] |= line < 0
            sheet.number(side, accounts.number[r[side]], strip=False)
            sheet.pick(f"{side}_bank", _BANKS, accounts.bank[r[side]])
            sheet.number(f"{side}_phone", numbers[np.maximum(line, 0)])
        sheet.money("amount", r["amount"])
        sheet.pick("channel", _CHANNELS, r["channel"])
        sheet.money("balance_after", r["balance"])
        sheet.number("device", np.maximum(r["device"], 0), strip=False)
        for place in range(4):
            sheet.number(f"ip{place + 1}", np.maximum(r["ip"], 0) >> (24 - 8 * place) & 255)
        sheet.pick("area", _AREAS, r["area"])
        sheet.pick("memo", _MEMOS, r["memo"])
        for name, where in gap.items():
            for slot in ("ip1", "ip2", "ip3", "ip4") if name == "ip" else (name,):
                sheet.drop(slot, where)
        yield sheet.tobytes()
