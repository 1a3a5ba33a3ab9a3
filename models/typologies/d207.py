"""Away from home: a card of another province that calls strangers and is hardly called.

Millions live where their number was not opened: being away alone says nothing, and weighs little
beside the calls.
"""

from features.roles import PHONE
from models.typology import Term, Typology

D207 = Typology(
    code="D207",
    zh="异地活跃",
    en="away from home",
    kind=PHONE,
    parameters={
        "weight": 0.2,
        "seldom_away": 0.4,
        "often_away": 0.8,
        "few_novel": 6.0,
        "many_novel": 20.0,
        "low_out_share": 0.6,
        "high_out_share": 0.9,
        "much_called_back": 0.2,
        "little_called_back": 0.06,
    },
    terms=(
        Term("away_province_share_7d", "seldom_away", "often_away"),
        Term("novel_calls_1d", "few_novel", "many_novel"),
        Term("out_share_28d", "low_out_share", "high_out_share"),
        Term("called_back_share_7d", "much_called_back", "little_called_back"),
    ),
    reason_zh="{away_province_share_7d:.0%}的主叫发生在开卡省以外，近一日呼叫约{novel_calls_1d:.0f}个陌生号码，"
    "主叫占比{out_share_28d:.0%}",
    reason_en="{away_province_share_7d:.0%} of its outgoing traffic comes from outside the province it was opened in; "
    "about {novel_calls_1d:.0f} unknown numbers called within a day; {out_share_28d:.0%} of its calls go out",
    source="outgoing share: 0.963 against 0.517 in the Sichuan data; bounds ours",
)
