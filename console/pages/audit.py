"""The auditor's page: who did what, who looked at what, whether the record is whole, what stands out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from casework.chain import check_chain
from casework.lookup_review import unusual
from connectors.case_log import lookups
from console.accounts.duties import Page
from console.render import page
from console.visitor import SignedForm, Visitor, allowed, context_of, field

router = APIRouter()
Allowed = Annotated[Visitor, Depends(allowed(Page.AUDIT))]
#: Look-ups that are reviewed, and rows of a table (ours).
REVIEWED, ROWS = 20_000, 200
#: Why the auditor looks: it is their duty, and noted like everybody else's.
PURPOSE = "audit"


@router.get("/audit")
def audit(request: Request, visitor: Allowed, card: Annotated[str, Query(max_length=300)] = "",
          by: Annotated[str, Query(max_length=64)] = ""):
    return _page(request, visitor, context_of(request).references.card(card) or "", by.strip())


# Posted, since a number in an address would stay in histories and logs.
@router.post("/audit")
def find(request: Request, visitor: Allowed, form: SignedForm):
    return _page(request, visitor, field(form, "subject", 200), field(form, "by", 64))


def _page(request: Request, visitor: Visitor, subject: str, by: str):
    context = context_of(request)
    with context.desk() as desk:
        desk.look_up(visitor.user.officer, PURPOSE, "audit show", subject or "*")
        chains = desk.chains()
        seen = lookups(desk.store, "", REVIEWED)
    events = sorted((event for chain in chains.values() for event in chain), reverse=True,
                    key=lambda event: (event.act.at_ms, event.subject, event.seq))
    # The trail names a card as card:KIND:NUMBER, a look-up as KIND:NUMBER.
    bare = subject.removeprefix("card:")
    looked = [row for row in seen if (not bare or row["subject"].removeprefix("card:") == bare)
              and (not by or row["officer"] == by)]
    acts = [event for event in events if (not bare or event.subject.removeprefix("card:") == bare)
            and (not by or event.act.officer == by)]
    references = {subject: context.references.of(subject) for subject in
                  {event.subject.removeprefix("card:") for event in acts[:ROWS] if event.subject.startswith("card:")}
                  | {row["subject"] for row in looked[:ROWS] if row["subject"].startswith(("phone:", "account:"))}}
    return page(request, "audit.html", references=references, subject=subject, by=by, acts=acts[:ROWS],
                acts_n=len(acts), looked=looked[:ROWS], looked_n=len(looked), unusual=unusual(seen)[:ROWS],
                events_n=len(events), chains_n=len(chains),
                findings=[finding for chain in chains.values() for finding in check_chain(chain)],
                checked_ms=context.now_ms())
