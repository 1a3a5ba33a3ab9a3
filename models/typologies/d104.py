"""New and busy: opened days ago, and far more flows through it than through its peers."""

from features.roles import ACCOUNT
from models.typology import Term, Typology

D104 = Typology(
    code="D104",
    zh="新开即大额活跃",
    en="new and busy",
    kind=ACCOUNT,
    parameters={
        "weight": 0.5,
        "old_d": 45.0,
        "new_d": 15.0,
        "usual": 0.8,
        "far_above": 2.0,
        "known_payers": 0.3,
        "strange_payers": 0.8,
        "much_kept": 0.5,
        "little_kept": 0.15,
    },
    terms=(
        Term("age_d", "old_d", "new_d"),
        Term("flow_above_peers", "usual", "far_above"),
        Term("novel_in_yuan_share_7d", "known_payers", "strange_payers"),
        Term("balance_share", "much_kept", "little_kept"),
    ),
    reason_zh="开户{age_d:.0f}天，近一日进出{in_yuan_1d:.0f}元和{out_yuan_1d:.0f}元，同类账户通常合计{peers_flow_1d:.0f}元",
    reason_en="opened {age_d:.0f} days ago; {in_yuan_1d:.0f} yuan in and {out_yuan_1d:.0f} out within "
    "a day, peers {peers_flow_1d:.0f} in all",
    source="ours",
)
