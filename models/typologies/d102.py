"""Trial, then large: a very small payment with a new counterpart, then large ones."""

from features.roles import ACCOUNT
from models.typology import Sum, Term, Typology

D102 = Typology(
    code="D102",
    zh="小额试探后大额",
    en="trial, then large",
    kind=ACCOUNT,
    parameters={
        "weight": 0.4,
        "little_yuan": 2000.0,
        "much_yuan": 30000.0,
        "known": 0.6,
        "strange": 1.4,
        "much_kept": 0.5,
        "little_kept": 0.15,
        "many_payers": 60.0,
        "few_payers": 25.0,
    },
    terms=(
        Term("large_after_trial", "little_yuan", "much_yuan"),
        Term(Sum("novel_in_share_7d", "novel_out_share_7d"), "known", "strange"),
        Term("balance_share", "much_kept", "little_kept"),
        Term("payers_5wd", "many_payers", "few_payers"),
    ),
    reason_zh="小额试探交易后三日内发生大额交易共{large_after_trial:.0f}元",
    reason_en="{large_after_trial:.0f} yuan in large payments within three days of a very small one",
    source="ours",
)
