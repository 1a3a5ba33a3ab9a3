"""Whether a card may be opened: allowed, verify or refuse, with reasons, legal bases and what it takes to go on.

It is advice to the clerk. Nobody is refused automatically; a person decides, and the words say so.
"""

from dataclasses import dataclass, field

from features.openings.holdings import Holding, ever_at, held_at, is_far_from_home, obtained_lately
from features.openings.shared_values import SHARED
from features.roles import ACCOUNT
from models.opening_reasons import A_PERSON_DECIDES, QUOTAS, REASONS, SHARED_CODES, Advice, OpeningReason
from models.opening_rules import OpeningRules


@dataclass(frozen=True)
class OpeningQuestion:
    """Who wants which card, where and when; texts are empty where not given.

    Attributes
    ----------
    kind : int
        PHONE or ACCOUNT.
    at_ms : int
        When it would be opened, UTC ms; what came later is not looked at.
    institution : str
        Bank or operator; empty: unknown.
    linked_phone : str
        Contact phone, its number alone.
    corporate : bool
        For a company: the quotas of persons are not applied.
    """

    holder: str
    kind: int
    at_ms: int
    institution: str = ""
    branch: str = ""
    clerk: str = ""
    agent: str = ""
    address: str = ""
    linked_phone: str = ""
    area: int = 0
    corporate: bool = False


@dataclass(frozen=True)
class OpeningFacts:
    """What is known when the question is asked.

    Attributes
    ----------
    holdings : list of Holding
        Cards that the holder ever obtained, in order of time.
    identities : dict of str to int
        Other persons behind what is shared, within the windows of the rules, by name of `SHARED`.
    phone_of_another : bool
    confirmed, blocked, hit : tuple of str
        Cards of the holder: last found to be in a case; on a block list; hit lately. Held ones, and of
        confirmed ones those given up as well.
    """

    holdings: list[Holding] = field(default_factory=list)
    identities: dict[str, int] = field(default_factory=dict)
    phone_of_another: bool = False
    confirmed: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()
    hit: tuple[str, ...] = ()


@dataclass(frozen=True)
class GivenReason:
    """A reason as it is told; `value` and `limit` are what it was decided on."""

    code: str
    advice: str
    zh: str
    en: str
    basis_zh: str
    basis_en: str
    needed_zh: str
    needed_en: str
    value: int
    limit: int


@dataclass(frozen=True)
class OpeningAnswer:
    """The answer; the worst reason stands first."""

    advice: str
    advice_zh: str
    reasons: tuple[GivenReason, ...]
    person_decides_zh: str
    person_decides_en: str
    rules_version: str


def decide(question: OpeningQuestion, facts: OpeningFacts, rules: OpeningRules) -> OpeningAnswer:
    """Answer a question; counts are those with the new card.

    Where the bank or operator is unknown, quotas are counted at the one where the person has most, and ask for a
    check instead of advising to refuse.

    Examples
    --------
    >>> cards = [Holding(f"account:{k}", ACCOUNT, "ICBC", 0) for k in range(4)]
    >>> answer = decide(OpeningQuestion("h1", ACCOUNT, 10**12, "ICBC"), OpeningFacts(cards), OpeningRules())
    >>> answer.advice, [reason.code for reason in answer.reasons]
    ('refuse', ['D401'])
    """
    found = _of_quotas(question, facts, rules) if not question.corporate else []
    for name in SHARED:
        limit = rules.whole(f"{name}_identities")
        value = facts.identities.get(name, 0) + 1
        if getattr(question, name) and value >= limit:
            found.append(_given(SHARED_CODES[name], value, limit, rules.whole(f"{name}_days")))
    if facts.phone_of_another:
        found.append(_given("D406", 1, 1))
    if is_far_from_home(facts.holdings, question.area, rules.whole("home_digits")):
        found.append(_given("D407", 1, 1))
    for code, cards in (("2001", facts.confirmed), ("D408", facts.blocked), ("D409", facts.hit)):
        if cards:
            found.append(_given(code, len(cards), 1, rules.whole("hit_days")))
    found.sort(key=lambda reason: (-Advice[reason.advice.upper()], reason.code))
    advice = Advice[found[0].advice.upper()] if found else Advice.ALLOWED
    return OpeningAnswer(advice.label, advice.zh, tuple(found), A_PERSON_DECIDES.zh, A_PERSON_DECIDES.en, rules.version)


def _of_quotas(question: OpeningQuestion, facts: OpeningFacts, rules: OpeningRules) -> list[GivenReason]:
    kind, here = question.kind, question.institution
    found = []
    lately = obtained_lately(facts.holdings, kind, question.at_ms, rules.whole("frequent_days")) + 1
    if lately >= rules.whole("frequent_cards"):
        found.append(_given("1001", lately, rules.whole("frequent_cards"), rules.whole("frequent_days")))
    code, quota = QUOTAS[kind]
    most = None if here else Advice.VERIFY
    where = here or _most(facts.holdings, kind)
    held, ever = held_at(facts.holdings, kind, where) + 1, ever_at(facts.holdings, kind, where) + 1
    if held > rules.whole(quota):
        found.append(_given(code, held, rules.whole(quota), here=where, at_most=most))
    if kind == ACCOUNT and ever >= rules.whole("cumulative_cards"):
        found.append(_given("1002", ever, rules.whole("cumulative_cards"), here=where, at_most=most))
    return found


def _most(holdings: list[Holding], kind: int) -> str:
    """The bank or operator where a person obtained most cards of a kind; of equals the first by name."""
    places = sorted({str(h.institution) for h in holdings if h.kind == kind})
    return max(places, key=lambda place: ever_at(holdings, kind, place), default="")


def _given(code: str, value: int, limit: int, days: int = 0, here: str = "",
           at_most: Advice | None = None) -> GivenReason:
    reason: OpeningReason = REASONS[code]
    advice = reason.advice if at_most is None else min(reason.advice, at_most)
    said = {"value": value, "limit": limit, "days": days, "here": here}
    zh, en = reason.words.zh.format(**said), reason.words.en.format(**said)
    if at_most is not None:
        zh += "（未知本网点所属机构，按其最多处计）"
        en += " (whose branch this is, is not known: counted where most are)"
    return GivenReason(code, advice.label, zh, en, reason.basis.zh, reason.basis.en, reason.needed.zh, reason.needed.en,
                       value, limit)
