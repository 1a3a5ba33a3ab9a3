"""Mass calling: many numbers not called before, few of them twice, few answer or call back."""

from features.roles import PHONE
from models.typology import Term, Typology

D201 = Typology(
    code="D201",
    zh="群呼",
    en="mass calling",
    kind=PHONE,
    parameters={
        "weight": 0.5,
        "few_novel": 15.0,
        "many_novel": 45.0,
        "much_repeated": 3.0,
        "little_repeated": 1.4,
        "much_called_back": 0.25,
        "little_called_back": 0.03,
        "often_answered": 0.75,
        "seldom_answered": 0.55,
        "low_out_share": 0.5,
        "high_out_share": 0.9,
    },
    terms=(
        Term("novel_calls_1d", "few_novel", "many_novel"),
        Term("calls_per_counterpart_7d", "much_repeated", "little_repeated"),
        Term("called_back_share_7d", "much_called_back", "little_called_back"),
        Term("answer_rate_1d", "often_answered", "seldom_answered"),
        Term("out_share_28d", "low_out_share", "high_out_share"),
    ),
    reason_zh="近一日呼叫约{novel_calls_1d:.0f}个陌生号码，平均每个号码{calls_per_counterpart_7d:.1f}次，"
    "接通率{answer_rate_1d:.0%}，回拨率{called_back_share_7d:.0%}，主叫占比{out_share_28d:.0%}",
    reason_en="called about {novel_calls_1d:.0f} unknown numbers within a day, "
    "{calls_per_counterpart_7d:.1f} calls each, {answer_rate_1d:.0%} answered, "
    "{called_back_share_7d:.0%} called back; {out_share_28d:.0%} of its calls go out",
    source="calls per counterpart: 1.21 against 6.75, outgoing share: 0.963 against 0.517 in the Sichuan data; "
    "bounds ours",
)
