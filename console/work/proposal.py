"""A measure before it is proposed: what the rules say to it, and the notice it would come to."""

from dataclasses import dataclass

from casework.card_case import Measure
from casework.event import Act
from casework.measures import as_approved
from casework.notice import notice_texts
from console.work.card_acts import CARD_ACTS, Acting
from console.work.sent_form import SentForm


@dataclass(frozen=True)
class Proposal:
    """Attributes
    ----------
    measure : Measure
        As if it were approved at this moment.
    skipped : list of str
        Steps of the ladder that it leaves out.
    recommended : str
        The step that is recommended, empty for none.
    zh, en : str
        The notice.
    """

    measure: Measure
    skipped: list[str]
    recommended: str
    zh: str
    en: str


def proposal_of(who: Acting, card: str, sent: SentForm, officer: str) -> Proposal:
    """Return what a form proposes; nothing is added.

    Raises
    ------
    CaseRefused
        As the proposal itself would be.
    """
    desk, given = who.desk, sent.values
    act = Act("", officer, desk.now_ms(), given["reason"])
    [made] = CARD_ACTS["propose"].decide(who, given)(desk.case(card), desk.facts(card), act)
    measure = as_approved(made, desk.policy)
    zh, en = notice_texts(card, measure, who.office)
    return Proposal(measure, made.payload["skipped"], made.payload["recommended"], zh, en)
