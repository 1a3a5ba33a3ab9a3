"""Swapped handset: the card is used in a handset or device that carried a confirmed card."""

from features.roles import PHONE
from models.typology import Term, Typology

D208 = Typology(
    code="D208",
    zh="换机换卡",
    en="swapped handset",
    kind=PHONE,
    parameters={
        "weight": 0.65,
        "none_confirmed": 0.0,
        "one_confirmed": 1.0,
        "low_out_share": 0.2,
        "high_out_share": 0.6,
    },
    terms=(
        Term("device_confirmed_cards", "none_confirmed", "one_confirmed"),
        Term("out_share_7d", "low_out_share", "high_out_share"),
    ),
    reason_zh="所用终端90天内用过{device_confirmed_cards:.0f}张已确认涉案的卡",
    reason_en="its handset carried {device_confirmed_cards:.0f} confirmed cards within 90 days",
    source="ours",
)
