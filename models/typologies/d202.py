"""Sequential dialling: called numbers follow one another."""

from features.roles import PHONE
from models.typology import Term, Typology

D202 = Typology(
    code="D202",
    zh="顺序拨号",
    en="sequential dialling",
    kind=PHONE,
    parameters={
        "weight": 0.8,
        "low_share": 0.15,
        "high_share": 0.5,
        "few_calls": 5.0,
        "many_calls": 20.0,
    },
    terms=(
        Term("sequential_share_1d", "low_share", "high_share"),
        Term("out_calls_1d", "few_calls", "many_calls"),
    ),
    reason_zh="近一日{out_calls_1d:.0f}次呼叫中{sequential_share_1d:.0%}为连续号码",
    reason_en="{sequential_share_1d:.0%} of {out_calls_1d:.0f} calls within a day went to "
    "numbers in sequence",
    source="ours",
)
