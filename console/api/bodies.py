"""The forms of what programs send; a field that is not known is an error."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from casework.card_case import Decision
from casework.ladder import Step
from casework.lead_case import Outcome


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("must be one line of printable text")
    return text.strip()


Line = Annotated[str, Field(max_length=1000), AfterValidator(_printable)]
ShortLine = Annotated[str, Field(max_length=64), AfterValidator(_printable)]
Purpose = Annotated[str, Field(min_length=1, max_length=200, description="what it is looked up for; noted"),
                    AfterValidator(_printable)]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LookUp(Body):
    card: Annotated[str, Field(pattern=r"^(phone|account):[0-9A-Za-z+*#_.-]{1,64}$", examples=["phone:13812345678"])]
    purpose: Purpose


class Search(Body):
    text: Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_printable)]
    purpose: Purpose


class Verdict(Body):
    verdict: Literal["confirmed", "cleared"]
    note: Line
    lead_id: ShortLine = ""


class Proposal(Body):
    step: Step | None = Field(None, description="as recommended, if not given")
    reason: Line
    skip_reason: Line = ""


class Reasoned(Body):
    reason: Line = ""


class Appeal(Body):
    reason: Line = Field(description="what the appellant says")
    appellant: ShortLine = "holder"


class AppealDecision(Body):
    decision: Decision
    reason: Line


class Assignment(Body):
    to: ShortLine
    reason: Line = ""


class LeadOutcome(Body):
    outcome: Outcome
    reason: Line = ""
