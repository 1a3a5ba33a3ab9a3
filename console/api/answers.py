"""The forms of what is read; times are UTC milliseconds, money is fen."""

from typing import Generic, Literal, TypeVar

from pydantic import BaseModel, Field

Level = Literal["blue", "yellow", "orange", "red"]
Item = TypeVar("Item", bound=BaseModel)


class Listing(BaseModel, Generic[Item]):
    """A page of a list. It may hold fewer than asked for, since what lies in others' territories is left out."""

    items: list[Item]
    next: str | None = Field(description="give it as cursor for the page behind; null at the end")


class CardName(BaseModel):
    """A card without its number."""

    reference: str = Field(description="names the card in addresses; the same for the life of the installation")
    kind: str = Field(examples=["phone", "account"])
    masked: str = Field(examples=["138****5678"])


class Reason(BaseModel):
    code: str
    points: float
    zh: str
    en: str


class QueueHit(BaseModel):
    """A card of the queue, with its gravest hit."""

    card: CardName
    level: Level
    latest_ms: int
    hits: int
    hit_id: str
    risk: int
    alerts: int
    typologies: list[str]
    reasons: list[Reason]
    area: str
    verdict: str
    lead_id: str
    handler: str
    model_version: str
    typology_version: str


class Warning(BaseModel):
    """A person being deceived."""

    warning_id: str
    person: CardName
    level: Level
    risk: int
    typologies: list[str]
    event_ms: int
    deadline_ms: int = Field(description="until when stopping the payment is most likely to succeed")
    payee: CardName | None
    amount_fen: int
    balance_after_fen: int | None
    caller: CardName | None
    talk_s: int
    reasons: list[Reason]
    area: str


class LeadRow(BaseModel):
    lead_id: str
    card: CardName
    source: str
    kind: str
    note: str
    pushed_ms: int
    received_ms: int
    due_ms: int
    clock: Literal["running", "pressing", "overdue", "closed", "none"]
    handler: str
    receipted: bool
    outcome: str
    area: str


class TaintedAccount(BaseModel):
    """An account in which money from confirmed cards lies now."""

    card: CardName
    parent: CardName | None
    here_fen: int
    in_fen: int
    injected_fen: int
    out_fen: int
    withdrawn_fen: int
    share: float
    least_hops: int
    mean_hops: float
    first_ms: int
    last_ms: int
    reasons_zh: list[str]
    reasons_en: list[str]
    area: str


class OpeningFinding(BaseModel):
    """What the opening of a card gave away."""

    finding_id: str
    code: str
    event_ms: int
    card: CardName | None
    institution: str
    branch: str
    clerk: str
    agent: str
    counted: float
    threshold: float
    reason_zh: str
    reason_en: str
    rules_version: str
    area: str


class FoundCard(BaseModel):
    card: CardName
    by: str = Field(description="number, end, lead, or a kind of thing")
    risk: int
    level: str
    area: str


class Found(BaseModel):
    items: list[FoundCard]


class HitOfCard(BaseModel):
    hit_id: str
    first_seen_ms: int
    last_seen_ms: int
    peak_time_ms: int
    alerts: int
    risk: int
    level: Level
    typologies: list[str]
    reasons: list[Reason]
    model_version: str
    typology_version: str


class EventOfCard(BaseModel):
    event_time_ms: int
    topic: str
    role: str
    counterparty: str
    kind: str
    amount_fen: int | None
    duration_s: int | None
    area: str


class Counterparty(BaseModel):
    counterparty: str
    reference: str
    direction: Literal["out", "in"]
    n: int
    amount_fen: int
    duration_s: int
    first_seen_ms: int
    last_seen_ms: int


class LinkOfCard(BaseModel):
    kind: str
    thing: str
    sharers: int = Field(description="cards known to use it; 0: not counted")
    first_seen_ms: int
    last_seen_ms: int


class MeasureOfCard(BaseModel):
    measure: str
    step: str
    status: str
    proposed_by: str
    proposed_ms: int
    reason: str
    approved_by: str
    approved_ms: int
    until_ms: int
    review_ms: int


class AppealOfCard(BaseModel):
    appeal: str
    measure: str
    filed_ms: int
    due_ms: int
    decision: str | None
    decided_by: str


class Happened(BaseModel):
    at_ms: int
    action: str
    officer: str
    reason: str


class Card(BaseModel):
    """All that is known of a card, with its number: it was looked up for a purpose, which was noted."""

    card: str
    reference: str
    area: str
    level: str | None
    risk: int
    verdict: str | None
    warnings: list[str] = Field(description="open warnings of its holder as a victim: no measure is taken")
    next_step: str = Field(description="the measure that is recommended next; empty without one")
    hits: list[HitOfCard]
    events: list[EventOfCard]
    counterparties: list[Counterparty]
    links: list[LinkOfCard]
    measures: list[MeasureOfCard]
    appeals: list[AppealOfCard]
    history: list[Happened]


class Done(BaseModel):
    """What an act added to the log of cases; nothing where nothing had to change."""

    events: list["Added"]
    measure: str | None = Field(description="the measure that it is about")
    appeal: str | None
    published: bool = Field(description="false: the bus did not take it yet; duanka audit publish sends it")


class Added(BaseModel):
    seq: int
    at_ms: int
    action: str
    officer: str
