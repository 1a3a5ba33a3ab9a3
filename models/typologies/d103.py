"""Dormant awakening: silent for long, then a burst."""

from features.roles import ACCOUNT
from models.typology import Sum, Term, Typology

D103 = Typology(
    code="D103",
    zh="休眠账户唤醒",
    en="dormant awakening",
    kind=ACCOUNT,
    parameters={
        "weight": 0.6,
        "short_d": 2.0,
        "long_d": 5.0,
        "few_events": 2.0,
        "many_events": 6.0,
        "little_yuan": 2000.0,
        "much_yuan": 20000.0,
        "known_payers": 0.4,
        "strange_payers": 0.85,
        "much_kept": 0.5,
        "little_kept": 0.15,
    },
    terms=(
        Term("silent_d", "short_d", "long_d"),
        Term("events_since_silence", "few_events", "many_events"),
        Term(Sum("in_yuan_1d", "out_yuan_1d"), "little_yuan", "much_yuan"),
        Term("novel_in_share_7d", "known_payers", "strange_payers"),
        Term("balance_share", "much_kept", "little_kept"),
    ),
    reason_zh="沉默{silent_d:.0f}天后突然活跃，{events_since_silence:.0f}笔交易",
    reason_en="silent for {silent_d:.0f} days, then {events_since_silence:.0f} payments",
    source="PBoC notice 261 of 2016 names six months without a transaction; bounds ours",
)
