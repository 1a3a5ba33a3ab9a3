"""Awakened card: silent for long, then busy with strangers, in another county than before."""

from features.roles import PHONE
from models.typology import Term, Typology

D206 = Typology(
    code="D206",
    zh="休眠卡唤醒",
    en="awakened card",
    kind=PHONE,
    parameters={
        "weight": 0.7,
        "short_d": 1.5,
        "long_d": 3.0,
        "few_novel": 4.0,
        "many_novel": 12.0,
        "seldom_elsewhere": 0.2,
        "often_elsewhere": 0.6,
        "much_called_back": 0.25,
        "little_called_back": 0.1,
    },
    terms=(
        Term("silent_d", "short_d", "long_d"),
        Term("novel_calls_1d", "few_novel", "many_novel"),
        Term("elsewhere_since_silence", "seldom_elsewhere", "often_elsewhere"),
        Term("called_back_share_7d", "much_called_back", "little_called_back"),
    ),
    reason_zh="沉默{silent_d:.0f}天后活跃{events_since_silence:.0f}次，其中{elsewhere_since_silence:.0%}在异地主叫，"
    "近一日呼叫约{novel_calls_1d:.0f}个陌生号码",
    reason_en="silent for {silent_d:.0f} days, then {events_since_silence:.0f} events, {elsewhere_since_silence:.0%} "
    "of them outgoing from another county; about {novel_calls_1d:.0f} unknown numbers called within a day",
    source="ours",
)
