"""Cycle and layering: dealings with accounts that launder, as a share of what those pass on."""

from features.roles import ACCOUNT
from models.typology import Term, Typology

D108 = Typology(
    code="D108",
    zh="资金链关联",
    en="in a laundering chain",
    kind=ACCOUNT,
    parameters={
        "weight": 0.6,
        "little_linked": 0.0,
        "much_linked": 0.6,
        "much_kept": 0.5,
        "little_kept": 0.15,
    },
    terms=(
        Term("linked_28d", "little_linked", "much_linked"),
        Term("balance_share", "much_kept", "little_kept"),
    ),
    reason_zh="与可疑账户往来，约占其近期交易的{linked_28d:.0%}",
    reason_en="dealt with suspicious accounts, {linked_28d:.0%} of what one of those does in four weeks",
    source="ours",
)
