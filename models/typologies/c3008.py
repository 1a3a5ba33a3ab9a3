"""3008: the same pair, near-equal amounts, frequently."""

from features.roles import ACCOUNT
from models.typology import Term, Typology

C3008 = Typology(
    code="3008",
    zh="同对手等额高频",
    en="same pair, near-equal amounts",
    kind=ACCOUNT,
    parameters={"weight": 0.45, "short_run": 2.0, "long_run": 5.0},
    terms=(
        Term("near_equal_run", "short_run", "long_run"),
    ),
    reason_zh="与同一对手连续{near_equal_run:.0f}笔金额相近的交易",
    reason_en="{near_equal_run:.0f} payments of near-equal amount in a row with one counterpart",
    source="police-bank platform code 3008: more than 3 trades in 5 working days; bounds around it ours",
)
