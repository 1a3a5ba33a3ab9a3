"""What a list says against a card: code, list, since when and why, and the least risk that follows by rule.

Lists do not take part in the fusion, whose weights were fitted without them. They put a floor under what it gives:
risk = max(fused risk, floor of each finding). The gravest finding's share is what it adds; so shares still add up.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from models.levels import Level
from models.rules import Rules

#: Codes of a counterpart's list: the payee, or the payer, is case-involved.
PAYEE, PAYER = "3004", "3005"
#: Every code that lists give, and the parameter of the rules that says its level.
CODES = {
    "2001": "case_involved",
    "3002": "victim_reported",
    "3003": "bank_reported",
    "3001": "attempted",
    PAYEE: "payee_involved",
    PAYER: "payer_involved",
}
_NAMES = {
    "2001": ("涉案账户或号码", "case-involved card"),
    "3002": ("被害人举报", "reported by a victim"),
    "3003": ("银行上报", "reported by a bank"),
    "3001": ("涉嫌诈骗未遂", "attempted fraud"),
    PAYEE: ("收款方涉案", "the payee is case-involved"),
    PAYER: ("付款方涉案", "the payer is case-involved"),
}
#: Times in reasons are those of the reader.
_CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True)
class ListFinding:
    """One list's word against a card.

    Attributes
    ----------
    code : str
        One of :data:`CODES`.
    list : str
        Its name; empty where the shard does not keep it.
    since_s : int
        When the card was listed, UTC s; 0 where the counterpart is the one listed.
    reason : str
        Why, as the record said.
    floor : float
        Least risk by the rules of the time, 0 to 1000.
    """

    code: str
    list: str
    since_s: int
    reason: str
    floor: float

    def to_row(self) -> tuple[str, str, int, str, float]:
        return self.code, self.list, self.since_s, self.reason, self.floor

    def words(self) -> tuple[str, str]:
        """The reason, Chinese and English."""
        zh, en = _NAMES[self.code]
        if self.code in (PAYEE, PAYER):
            where = self.list or "?"
            return f"{zh}：对方账户在名单{_quoted(self.list)}上", f"{en}: the other account is on list {where}"
        since = datetime.fromtimestamp(self.since_s, UTC).astimezone(_CHINA).strftime("%Y-%m-%d %H:%M")
        why_zh, why_en = (f"；原因：{self.reason}", f"; reason: {self.reason}") if self.reason else ("", "")
        return (
            f"{zh}：自{since}（北京时间）起在名单{_quoted(self.list)}上{why_zh}",
            f"{en}: on list {self.list or '?'} since {since} (UTC+8){why_en}",
        )


def _quoted(name: str) -> str:
    return f"“{name}”" if name else ""


def floors(rules: Rules, learned: bool) -> dict[str, float]:
    """Least risk by code: the bound of the level that the rules give it, 0 for none."""
    levels = rules.model_levels if learned else rules.levels
    bounds = {0: 0.0} | {int(level): levels[level.label] for level in Level if level}
    return {code: bounds[int(rules.watchlists[name])] for code, name in CODES.items()}


def added(fused: float, findings: list[ListFinding]) -> list[float]:
    """What each finding adds to the fused risk: all of it the one with the highest floor, the first of equals."""
    points = [0.0] * len(findings)
    if findings:
        top = max(range(len(findings)), key=lambda k: (findings[k].floor, -k))
        points[top] = max(findings[top].floor - fused, 0.0)
    return points
