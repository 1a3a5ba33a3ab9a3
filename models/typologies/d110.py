"""Cash-out split: several withdrawals at machines or tills right after money came."""

from features.roles import ACCOUNT
from models.typology import Term, Typology

D110 = Typology(
    code="D110",
    zh="分拆套现",
    en="cash-out split",
    kind=ACCOUNT,
    parameters={
        "weight": 0.5,
        "few": 0.8,
        "several": 2.5,
        "low_share": 0.4,
        "high_share": 0.85,
        "little_yuan": 1000.0,
        "much_yuan": 6000.0,
        "much_kept": 0.5,
        "little_kept": 0.15,
    },
    terms=(
        Term("quick_cash_1d", "few", "several"),
        Term("passed_share_1d", "low_share", "high_share"),
        Term("in_yuan_1d", "little_yuan", "much_yuan"),
        Term("balance_share", "much_kept", "little_kept"),
    ),
    reason_zh="近一日到账{in_yuan_1d:.0f}元，两小时内在ATM或POS支取{quick_cash_1d:.0f}笔",
    reason_en="{quick_cash_1d:.0f} withdrawals at ATM or POS within two hours of {in_yuan_1d:.0f} yuan coming in",
    source="ours",
)
