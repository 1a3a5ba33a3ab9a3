"""Far busier than peers: weak by itself, it orders accounts of which nothing else is known."""

from features.roles import ACCOUNT
from models.typology import Term, Typology

D112 = Typology(
    code="D112",
    zh="活跃度远超同类",
    en="far busier than peers",
    kind=ACCOUNT,
    parameters={
        "weight": 0.06,
        "usual": 0.0,
        "far_above": 5.0,
    },
    terms=(
        Term("events_above_peers", "usual", "far_above"),
    ),
    reason_zh="近一周交易{in_7d:.0f}笔转入、{out_7d:.0f}笔转出，同类账户通常共{peers_events_7d:.0f}笔",
    reason_en="{in_7d:.0f} payments in and {out_7d:.0f} out lately, peers {peers_events_7d:.0f} in all",
    source="ours",
)
