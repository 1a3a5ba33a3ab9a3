"""Round the clock: payments at every hour, no rest that a person needs."""

from features.roles import ACCOUNT
from models.typology import Sum, Term, Typology

D105 = Typology(
    code="D105",
    zh="全天候交易",
    en="round the clock",
    kind=ACCOUNT,
    parameters={
        "weight": 0.3,
        "long_rest_h": 6.0,
        "short_rest_h": 2.0,
        "few_events": 15.0,
        "many_events": 40.0,
        "little_night": 0.05,
        "much_night": 0.2,
        "much_kept": 0.5,
        "little_kept": 0.15,
    },
    terms=(
        Term("rest_h_7d", "long_rest_h", "short_rest_h"),
        Term("night_share_7d", "little_night", "much_night"),
        Term(Sum("in_7d", "out_7d"), "few_events", "many_events"),
        Term("balance_share", "much_kept", "little_kept"),
    ),
    reason_zh="一周内{hours_active_7d:.0f}个钟点有交易，最长间歇仅{rest_h_7d:.0f}小时，凌晨占{night_share_7d:.0%}",
    reason_en="active at {hours_active_7d:.0f} hours of the day within a week, longest rest "
    "{rest_h_7d:.0f} hours, {night_share_7d:.0%} before five in the morning",
    source="ours",
)
