"""Unusual repetition: pairs that pay again at once, among accounts whose pairs hardly ever do."""

from features.roles import ACCOUNT
from models.typology import Term, Typology

D111 = Typology(
    code="D111",
    zh="异常重复往来",
    en="unusual repetition",
    kind=ACCOUNT,
    parameters={
        "weight": 0.95,
        "few_bits": 0.5,
        "many_bits": 2.0,
        "usual": 0.1,
        "rare": 0.05,
    },
    terms=(
        Term("repeat_surprise_bits", "few_bits", "many_bits"),
        Term("peers_repeat_share", "usual", "rare"),
    ),
    reason_zh="近一日{repeats_1d:.0f}笔与同一对手重复，而同类账户仅{peers_repeat_share:.1%}的交易如此",
    reason_en="{repeats_1d:.0f} payments of a day repeat their counterpart; of its peers' payments "
    "{peers_repeat_share:.1%} do",
    source="ours",
)
