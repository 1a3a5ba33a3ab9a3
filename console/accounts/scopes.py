"""What a token of the REST interface may do, and whose tokens may do it at all."""

from enum import StrEnum

from console.accounts.duties import Duty


class Scope(StrEnum):
    """One thing that a token may be allowed; never more than the duty of its user opens."""

    READ_HITS = "read:hits"
    READ_CARDS = "read:cards"
    READ_LEADS = "read:leads"
    READ_MONEY = "read:money"
    READ_OPENINGS = "read:openings"
    WRITE_CASES = "write:cases"
    WRITE_LEADS = "write:leads"


_OFFICERS = frozenset({Duty.OFFICER, Duty.SUPERVISOR})
#: An analyst sees hits with masked numbers, as on the page of the queue; all else is an officer's work.
#: Where bad cards come from is the supervisor's page, `Page.OPENERS`.
_DUTIES = {scope: _OFFICERS for scope in Scope} | {
    Scope.READ_HITS: _OFFICERS | {Duty.ANALYST}, Scope.READ_OPENINGS: frozenset({Duty.SUPERVISOR})}


def scopes_of(duty: Duty) -> tuple[Scope, ...]:
    """The scopes that a token of a user with this duty may have; none for most duties.

    >>> [str(scope) for scope in scopes_of(Duty.ANALYST)], scopes_of(Duty.AUDITOR)
    (['read:hits'], ())
    """
    return tuple(scope for scope in Scope if duty in _DUTIES[scope])
