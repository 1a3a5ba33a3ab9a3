"""3007: concentrated in, scattered out (few payers, many payees)."""

from features.roles import ACCOUNT
from models.typology import Ratio, Sum, Term, Typology

C3007 = Typology(
    code="3007",
    zh="集中转入分散转出",
    en="concentrated in, scattered out",
    kind=ACCOUNT,
    parameters={
        "weight": 0.6,
        "low_ratio": 2.0,
        "high_ratio": 4.0,
        "few_trades": 3.0,
        "many_trades": 8.0,
        "little_moved": 0.4,
        "much_moved": 0.85,
        "slow_min": 720.0,
        "quick_min": 120.0,
        "little_passed": 0.3,
        "much_passed": 0.7,
        "much_kept": 0.5,
        "little_kept": 0.15,
        "small_payment": 100.0,
        "large_payment": 600.0,
    },
    terms=(
        Term(Ratio("payees_5wd", "payers_5wd", least=1.0), "low_ratio", "high_ratio"),
        Term(Sum("in_5wd", "out_5wd"), "few_trades", "many_trades"),
        Term(Ratio("out_yuan_7d", "in_yuan_7d", least=1.0), "little_moved", "much_moved"),
        Term("dwell_min", "slow_min", "quick_min"),
        Term("passed_share_1d", "little_passed", "much_passed"),
        Term("balance_share", "much_kept", "little_kept"),
        Term(Ratio("in_yuan_7d", "in_7d", least=0.5), "small_payment", "large_payment"),
    ),
    reason_zh="五个工作日内{payers_5wd:.0f}个付款方转入，向{payees_5wd:.0f}个收款方转出{out_5wd:.0f}笔，"
    "资金停留约{dwell_min:.0f}分钟",
    reason_en="money of {payers_5wd:.0f} payers went out to {payees_5wd:.0f} payees in "
    "{out_5wd:.0f} payments within five working days, after about {dwell_min:.0f} minutes",
    source="police-bank platform code 3007: 5 working days, out : in of 3; bounds around it ours",
)
