"""New-card burst: opened days ago and already calling strangers in number, few of whom answer.

Who tells all friends a new number is answered; who does it by text messages does not call.
"""

from features.roles import PHONE
from models.typology import Term, Typology

D205 = Typology(
    code="D205",
    zh="新卡突发",
    en="new-card burst",
    kind=PHONE,
    parameters={
        "weight": 0.55,
        "old_d": 30.0,
        "new_d": 7.0,
        "few_novel": 8.0,
        "many_novel": 25.0,
        "low_out_share": 0.6,
        "high_out_share": 0.85,
        "much_called_back": 0.2,
        "little_called_back": 0.06,
        "often_answered": 0.85,
        "seldom_answered": 0.65,
    },
    terms=(
        Term("age_d", "old_d", "new_d"),
        Term("novel_calls_1d", "few_novel", "many_novel"),
        Term("out_share_7d", "low_out_share", "high_out_share"),
        Term("called_back_share_7d", "much_called_back", "little_called_back"),
        Term("answer_rate_1d", "often_answered", "seldom_answered"),
    ),
    reason_zh="开卡{age_d:.1f}天，近一日呼叫约{novel_calls_1d:.0f}个陌生号码，接通率{answer_rate_1d:.0%}，"
    "主叫占比{out_share_7d:.0%}",
    reason_en="opened {age_d:.1f} days ago and called about {novel_calls_1d:.0f} unknown numbers "
    "within a day, {answer_rate_1d:.0%} answered; {out_share_7d:.0%} of its traffic goes out",
    source="ours",
)
