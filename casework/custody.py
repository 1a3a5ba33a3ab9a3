"""Who has a card or a warning: taken in one's own name, handed over with a reason."""

from dataclasses import replace

from casework.card_case import CardCase
from casework.event import Act
from casework.measures import CardFacts
from casework.officers import Officer, Role, acting
from casework.refusal import CaseRefused

#: What is held, as a refusal calls it.
CARD = ("该卡", "the card")


def take_card(case: CardCase, facts: CardFacts, by: Officer | None, act: Act) -> list[Act]:
    """Take a card that nobody has; nothing if one has it already.

    Raises
    ------
    CaseRefused
    """
    return take("card_taken", case.handler, by, facts.area, CARD, act)


def hand_over_card(case: CardCase, facts: CardFacts, by: Officer | None, to: Officer | None, to_name: str,
                   act: Act) -> list[Act]:
    """Hand a card to another officer, whose queue it is in at once, also if it was snoozed.

    Raises
    ------
    CaseRefused
    """
    return hand_over("card_handed_over", case.handler, by, to, to_name, facts.area, CARD, act)


def take(action: str, holder: str, by: Officer | None, area: str, what: tuple[str, str], act: Act) -> list[Act]:
    """Make the act of taking what nobody has; none for who has it.

    Parameters
    ----------
    holder : str
        Who has it, empty if nobody does.
    what : (str, str)
        What it is, Chinese and English.

    Raises
    ------
    CaseRefused
    """
    officer = acting(by, act.officer, area)
    if holder == officer.name:
        return []
    if holder:
        raise CaseRefused("taken", f"{what[0]}已由“{holder}”办理；请其移交，或由审批人改派",
                          f"{what[1]} is with {holder!r} already; ask them or a supervisor to hand it over")
    return [replace(act, action=action, payload={"handler": officer.name})]


def hand_over(action: str, holder: str, by: Officer | None, to: Officer | None, to_name: str, area: str,
              what: tuple[str, str], act: Act) -> list[Act]:
    """Make the act of handing over: by who has it, or by a supervisor, with a reason.

    Raises
    ------
    CaseRefused
    """
    may_dispose(holder, by, area, what, act)
    receiver = acting(to, to_name, area)
    if not act.reason.strip():
        raise CaseRefused("no_reason", "移交须写明理由", "handing over needs a written reason")
    if receiver.name == holder:
        raise CaseRefused("taken", f"{what[0]}已由“{holder}”办理", f"{what[1]} is with {holder!r} already")
    return [replace(act, action=action, payload={"handler": receiver.name, "before": holder})]


def may_dispose(holder: str, by: Officer | None, area: str, what: tuple[str, str], act: Act) -> Officer:
    """Return who acts, if it is theirs, or if they are a supervisor.

    Raises
    ------
    CaseRefused
    """
    officer = acting(by, act.officer, area)
    if officer.name != holder and officer.role is not Role.SUPERVISOR:
        who_zh, who_en = (f"由“{holder}”办理", f"with {holder!r}") if holder else ("无人办理", "nobody's")
        raise CaseRefused("not_handler", f"{what[0]}{who_zh}，不是“{officer.name}”；无人办理的请先领取",
                          f"{what[1]} is {who_en}, not with {officer.name!r}; take it first if it is nobody's")
    return officer
