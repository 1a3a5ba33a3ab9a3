"""3006: scattered in, concentrated out (many payers, few payees)."""

from features.roles import ACCOUNT
from models.typology import Ratio, Sum, Term, Typology

C3006 = Typology(
    code="3006",
    zh="分散转入集中转出",
    en="scattered in, concentrated out",
    kind=ACCOUNT,
    parameters={
        "weight": 0.6,
        "low_ratio": 2.0,
        "high_ratio": 4.0,
        "few_trades": 3.0,
        "many_trades": 8.0,
        "little_moved": 0.4,
        "much_moved": 0.85,
        "known_payers": 0.6,
        "strange_payers": 0.95,
        "much_kept": 0.5,
        "little_kept": 0.15,
        "small_payment": 200.0,
        "large_payment": 1000.0,
    },
    terms=(
        Term(Ratio("payers_5wd", "payees_5wd", least=1.0), "low_ratio", "high_ratio"),
        Term(Sum("in_5wd", "out_5wd"), "few_trades", "many_trades"),
        Term(Ratio("out_yuan_7d", "in_yuan_7d", least=1.0), "little_moved", "much_moved"),
        Term("novel_in_share_7d", "known_payers", "strange_payers"),
        Term("balance_share", "much_kept", "little_kept"),
        Term(Ratio("in_yuan_7d", "in_7d", least=0.5), "small_payment", "large_payment"),
    ),
    reason_zh="五个工作日内{payers_5wd:.0f}个付款方转入{in_5wd:.0f}笔，仅向{payees_5wd:.0f}个收款方转出",
    reason_en="{payers_5wd:.0f} payers paid in {in_5wd:.0f} times within five working days, "
    "money went out to {payees_5wd:.0f} payees",
    source="police-bank platform code 3006: 5 working days, 3 trades, in : out of 3; bounds around it ours",
)
