"""Shared device: one device orders the payments of many accounts."""

from features.roles import ACCOUNT
from models.typology import Sum, Term, Typology

D107 = Typology(
    code="D107",
    zh="共用设备",
    en="shared device",
    kind=ACCOUNT,
    parameters={
        "weight": 0.45,
        "few_accounts": 2.0,
        "many_accounts": 6.0,
        "known": 0.2,
        "strange": 0.7,
    },
    terms=(
        Term("device_cards", "few_accounts", "many_accounts"),
        Term(Sum("novel_in_share_7d", "novel_out_share_7d"), "known", "strange"),
    ),
    reason_zh="所用设备一周内操作过{device_cards:.0f}个账户",
    reason_en="its device ordered payments of {device_cards:.0f} accounts within a week",
    source="ours",
)
