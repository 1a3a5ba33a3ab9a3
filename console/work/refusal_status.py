"""The HTTP status that a refusal of case work goes out with."""

from casework.refusal import CaseRefused

#: Who acts may not; what was written is not enough. All else is how the case stands: 409.
_WHO = {"unknown_officer", "inactive_officer", "outside_territory", "not_supervisor", "own_measure", "not_handler"}
_WRITTEN = {"no_reason", "no_purpose", "bad_note", "bad_time", "bad_amount", "ladder"}


def status_of(refusal: CaseRefused) -> int:
    """Return 403 for who may not, 404 for what is not there, 422 for what was left out, 409 otherwise.

    >>> status_of(CaseRefused("own_measure", "…", "…")), status_of(CaseRefused("decided", "…", "…"))
    (403, 409)
    """
    if refusal.code in _WHO:
        return 403
    if refusal.code in _WRITTEN:
        return 422
    return 404 if refusal.code.startswith("unknown_") else 409
