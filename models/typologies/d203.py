"""SIM box: many cards in one handset, calling only out, from one cell.

Honest call centres dial through such gateways, too. So the weight is such that mass calling through a
gateway stays below red until something else speaks against the card: a confirmed card in the same
handset (D208), dialling in sequence (D202), an awakening (D206).
"""

from features.roles import PHONE
from models.typology import Term, Typology

D203 = Typology(
    code="D203",
    zh="猫池/GOIP",
    en="SIM box",
    kind=PHONE,
    parameters={
        "weight": 0.45,
        "few_cards": 2.0,
        "many_cards": 6.0,
        "low_out_share": 0.55,
        "high_out_share": 0.9,
        "many_cells": 8.0,
        "few_cells": 3.0,
    },
    terms=(
        Term("device_cards", "few_cards", "many_cards"),
        Term("out_share_7d", "low_out_share", "high_out_share"),
        Term("cells_7d", "many_cells", "few_cells"),
    ),
    reason_zh="同一终端一周内使用过{device_cards:.0f}张卡，主叫占比{out_share_7d:.0%}，"
    "基站数约{cells_7d:.0f}",
    reason_en="its handset carried {device_cards:.0f} cards within a week; {out_share_7d:.0%} of its "
    "traffic goes out; about {cells_7d:.0f} cells",
    source="Anti-Telecom Fraud Law art. 14 (devices for bulk SIM insertion); bounds ours",
)
