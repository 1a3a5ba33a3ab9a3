"""Corporate shell: a corporate account that pays many persons online what has just come in."""

from features.roles import ACCOUNT
from models.typology import Term, Typology

D109 = Typology(
    code="D109",
    zh="对公空壳账户",
    en="corporate shell",
    kind=ACCOUNT,
    parameters={
        "weight": 0.4,
        "no": 0.0,
        "yes": 1.0,
        "few_online": 3.0,
        "many_online": 10.0,
        "known_payees": 0.4,
        "strange_payees": 0.85,
        "little_passed": 0.4,
        "much_passed": 0.8,
    },
    terms=(
        Term("corporate", "no", "yes"),
        Term("online_out_1d", "few_online", "many_online"),
        Term("novel_out_share_7d", "known_payees", "strange_payees"),
        Term("passed_share_7d", "little_passed", "much_passed"),
    ),
    reason_zh="对公账户近一日线上付款{online_out_1d:.0f}笔，{novel_out_share_7d:.0%}付给新对手，到账资金{passed_share_7d:.0%}一日内转出",
    reason_en="a corporate account made {online_out_1d:.0f} payments online within a day, "
    "{novel_out_share_7d:.0%} of a week's to new payees, {passed_share_7d:.0%} of what came left within a day",
    source="ours",
)
