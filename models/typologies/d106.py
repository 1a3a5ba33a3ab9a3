"""Just below a limit: amounts that hug 50,000, 10,000 or 2,000 yuan from below."""

from features.roles import ACCOUNT
from models.typology import Term, Typology

D106 = Typology(
    code="D106",
    zh="规避限额",
    en="just below a limit",
    kind=ACCOUNT,
    parameters={
        "weight": 0.35,
        "few_share": 0.3,
        "large_share": 0.7,
        "few": 1.5,
        "many": 4.0,
    },
    terms=(
        Term("below_limit_share_7d", "few_share", "large_share"),
        Term("below_limit_7d", "few", "many"),
    ),
    reason_zh="一周内{below_limit_7d:.0f}笔金额略低于限额，占{below_limit_share_7d:.0%}",
    reason_en="{below_limit_7d:.0f} payments of a week just below a limit, {below_limit_share_7d:.0%} of all",
    source="limits: PBoC notices 261 of 2016 (50,000 yuan a day need stronger authentication) and "
    "302 of 2016 (classes II and III); bounds ours",
)
