"""The ladder of measures, and what the law says to each of its steps."""

from collections.abc import Iterable
from enum import StrEnum


class Step(StrEnum):
    """A measure on a card, the mildest first."""

    VERIFY = "verify"
    LIMIT = "limit"
    SUSPEND = "suspend"
    CANCEL = "cancel"

    @property
    def rank(self) -> int:
        return LADDER.index(self)


LADDER = (Step.VERIFY, Step.LIMIT, Step.SUSPEND, Step.CANCEL)

#: Step names as people read them.
STEP_NAMES = {
    Step.VERIFY: ("重新核验", "verify again"),
    Step.LIMIT: ("限制部分功能", "limit"),
    Step.SUSPEND: ("暂停服务", "suspend"),
    Step.CANCEL: ("关停或销户", "cancel"),
}

#: Legal basis by kind of card, Chinese and English: 反电信网络诈骗法 (Anti-Telecom and Online Fraud Law),
#: art. 11 for phone cards, art. 18 for accounts; art. 32 asks for reason, remedy and papers.
_LAW = ("《中华人民共和国反电信网络诈骗法》", "Anti-Telecom and Online Fraud Law of the PRC")
_ARTICLES = {"phone": ("第十一条、第三十二条", "arts. 11 and 32"),
             "account": ("第十八条、第三十二条", "arts. 18 and 32")}

#: What a hit's level alone supports (ours). Nothing but a confirmed verdict supports more than suspension.
_BY_LEVEL = {"blue": Step.VERIFY, "yellow": Step.VERIFY, "orange": Step.LIMIT, "red": Step.SUSPEND}


def legal_basis(card: str) -> tuple[str, str]:
    """Return the law that a measure on a card rests on, in Chinese and in English.

    >>> legal_basis("phone:13800000001")[1]
    'Anti-Telecom and Online Fraud Law of the PRC, arts. 11 and 32'
    """
    zh, en = _ARTICLES[card.partition(":")[0]]
    return f"{_LAW[0]}{zh}", f"{_LAW[1]}, {en}"


def skipped(step: Step, done: Iterable[Step]) -> list[Step]:
    """Return the steps below `step` that the card has not been through.

    >>> [str(s) for s in skipped(Step.SUSPEND, [Step.VERIFY])]
    ['limit']
    """
    highest = max((s.rank for s in done), default=-1)
    return [s for s in LADDER if highest < s.rank < step.rank]


def recommended(level: str | None, verdict: str | None, done: Iterable[Step]) -> Step | None:
    """Return the next step that level and verdict support, or None.

    It climbs by one step at a time; that a level supports suspension does not skip what comes before.
    """
    if verdict == "cleared":
        return None
    ceiling = Step.CANCEL if verdict == "confirmed" else _BY_LEVEL.get(level or "")
    following = max((s.rank for s in done), default=-1) + 1
    if ceiling is None or following > ceiling.rank:
        return None
    return LADDER[following]
