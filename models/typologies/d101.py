"""Pass-through: money leaves within minutes of its arrival and hardly anything stays."""

from features.roles import ACCOUNT
from models.typology import Term, Typology

D101 = Typology(
    code="D101",
    zh="快进快出",
    en="pass-through",
    kind=ACCOUNT,
    parameters={
        "weight": 0.75,
        "low_share": 0.4,
        "high_share": 0.85,
        "slow_min": 90.0,
        "quick_min": 20.0,
        "few_in": 0.8,
        "many_in": 2.5,
        "little_yuan": 500.0,
        "much_yuan": 5000.0,
        "much_kept": 0.5,
        "little_kept": 0.15,
    },
    terms=(
        Term("passed_share_1d", "low_share", "high_share"),
        Term("dwell_min", "slow_min", "quick_min"),
        Term("in_1d", "few_in", "many_in"),
        Term("in_yuan_1d", "little_yuan", "much_yuan"),
        Term("balance_share", "much_kept", "little_kept"),
    ),
    reason_zh="近一日转入{in_yuan_1d:.0f}元，其中{passed_share_1d:.0%}约{dwell_min:.0f}分钟后即转出",
    reason_en="{passed_share_1d:.0%} of {in_yuan_1d:.0f} yuan that came within a day left after about "
    "{dwell_min:.0f} minutes",
    source="ours",
)
