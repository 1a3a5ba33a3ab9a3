"""Which duties open which operation of the console. A new one that is not here fails the tests."""

from console.accounts.duties import Duty

EVERYBODY = frozenset(Duty)
OFFICERS = frozenset({Duty.OFFICER, Duty.SUPERVISOR})
WITH_ANALYSTS = OFFICERS | {Duty.ANALYST}
AUDITORS = frozenset({Duty.AUDITOR})
EXPORTERS = OFFICERS | {Duty.AUDITOR}
OVERSEERS = frozenset({Duty.SUPERVISOR, Duty.ANALYST, Duty.AUDITOR})
MODELLERS = frozenset({Duty.SUPERVISOR, Duty.ANALYST})
ADMINISTRATORS = frozenset({Duty.ADMINISTRATOR})
OPERATORS = ADMINISTRATORS | {Duty.OPERATOR}

#: Without signing in: only these.
PUBLIC = {
    "GET /sign-in", "POST /sign-in", "GET /sign-in/change", "POST /sign-in/change", "GET /sign-in/enrol",
    "POST /sign-in/enrol", "GET /sign-in/code", "POST /sign-in/code", "GET /sign-in/openid",
    "GET /sign-in/openid/callback", "POST /sign-out", "GET /choose/{name}/{value}", "GET /static/{path}",
    "GET /api/v1/openapi.json",
}
#: With a session, or for programs a token.
OPENS = {
    "GET /": EVERYBODY,  # leads on to the first page of a duty
    "GET /account": EVERYBODY,
    "POST /account/tokens": EVERYBODY,  # whose duty opens no scope gets none
    "POST /account/tokens/revoke": EVERYBODY,
    "GET /api": EVERYBODY,
    "GET /live": WITH_ANALYSTS,
    "GET /card/{reference}": OFFICERS,
    "POST /card/{reference}": OFFICERS,
    "POST /card/{reference}/act/{name}": OFFICERS,
    "GET /card/{reference}/act/{name}": OFFICERS,
    "POST /warning/{warning_id}/act/{name}": OFFICERS,
    "POST /card/{reference}/preview": OFFICERS,
    "GET /card/{reference}/preview": OFFICERS,
    "GET /card/{reference}/notice/{measure}": OFFICERS,
    "GET /card/{reference}/comparison": OFFICERS,
    "GET /card/{reference}/flow": OFFICERS,
    "GET /card/{reference}/calls": OFFICERS,
    "GET /hit/{reference}/{hit_id}/explain": OFFICERS,
    "GET /leads": OFFICERS,
    "POST /leads/{name}": OFFICERS,  # the rules ask for a supervisor where a lead is assigned
    "GET /watchlists": OFFICERS,
    "POST /watchlists/card": OFFICERS,
    "POST /watchlists/{name}": OFFICERS,  # the rules ask for a supervisor
    "GET /openers": OVERSEERS,
    "GET /openers/{reference}": OVERSEERS,
    "GET /report": OVERSEERS,
    "GET /models": MODELLERS,
    "GET /system": OPERATORS,
    "GET /system/dead": OPERATORS,
    "GET /system/dead/{dead_id}": OPERATORS,
    "GET /users": ADMINISTRATORS,
    "POST /users/add": ADMINISTRATORS,
    "POST /users/{name}/disable": ADMINISTRATORS,
    "POST /users/{name}/reset": ADMINISTRATORS,
    "GET /search": OFFICERS,
    "POST /search": OFFICERS,
    "GET /audit": AUDITORS,
    "POST /audit": AUDITORS,
    "GET /export": EXPORTERS,
    "POST /export/list/{kind}": EXPORTERS,
    "GET /export/card/{reference}": EXPORTERS,
    "POST /export/card/{reference}": EXPORTERS,
    "GET /api/v1/hits": WITH_ANALYSTS,
    "GET /api/v1/warnings": WITH_ANALYSTS,
    "GET /api/v1/leads": OFFICERS,
    "GET /api/v1/tainted": OFFICERS,
    "GET /api/v1/openings": frozenset({Duty.SUPERVISOR}),
    "GET /api/v1/cards/{reference}": OFFICERS,
    "POST /api/v1/cards/look-up": OFFICERS,
    "POST /api/v1/search": OFFICERS,
    "POST /api/v1/cards/{reference}/verdict": OFFICERS,
    "POST /api/v1/cards/{reference}/measures": OFFICERS,
    "POST /api/v1/measures/{measure}/approve": OFFICERS,  # the rules ask for a supervisor
    "POST /api/v1/measures/{measure}/reject": OFFICERS,
    "POST /api/v1/measures/{measure}/lift": OFFICERS,
    "POST /api/v1/measures/{measure}/appeals": OFFICERS,
    "POST /api/v1/appeals/{appeal}/decide": OFFICERS,
    "POST /api/v1/leads/{lead_id}/take": OFFICERS,
    "POST /api/v1/leads/{lead_id}/receipt": OFFICERS,
    "POST /api/v1/leads/{lead_id}/assign": OFFICERS,
    "POST /api/v1/leads/{lead_id}/outcome": OFFICERS,
}
