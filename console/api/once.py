"""Acts that are carried out once, however often a program sends them."""

import hashlib
import json
from collections.abc import Callable
from typing import Annotated

from fastapi import Header, Request
from pydantic import BaseModel

from casework.event import Act, Event
from casework.refusal import CaseConflict, CaseRefused
from connectors.errors import TopicError
from console.accounts.kept_answers import Claim, claim_key, give_up_key, keep_answer
from console.api.answers import Added, Done
from console.api.caller import Caller
from console.api.problems import ApiProblem
from console.context import Context
from console.visitor import context_of
from jobs.casework.bulletin import publish
from jobs.casework.desk import Desk

Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=128, pattern=r"^[\x21-\x7e]+$",
                            description="chosen by the program, for instance a UUID; a request that is sent again "
                                        "carries the same one")]
#: What an act does at a desk: given the desk and its act, returns what was added.
Carry = Callable[[Desk, Act], list[Event]]


def once(request: Request, caller: Caller, key: str, body: BaseModel, carry: Carry, reason: str = "") -> Done:
    """Carry an act out, or return what came of it before; a refusal of the rules is an answer as well.

    Kept for a day, and no number is in it. The log of cases knows the act by its key, too: it stays done once
    even where the answer was lost.

    Raises
    ------
    ApiProblem
        The key was used for something else, or is being used.
    CaseRefused
    """
    context, token = context_of(request), caller.token.token_id
    asked = f"{request.method} {request.url.path} {body.model_dump_json()}"
    kept = claim_key(context.users, token, key, asked)
    if kept.claim is Claim.DONE:
        return _again(kept.answer)
    _require_mine(kept.claim)
    command = hashlib.sha256(f"{token}/{key}/{request.url.path}".encode()).hexdigest()
    try:
        with context.desk() as desk:
            events = carry(desk, Act("", caller.user.officer, 0, reason, {}, f"api/{command[:32]}"))
            done = _done(events, _published(context, desk, events))
    except CaseConflict:
        give_up_key(context.users, token, key)
        raise
    except CaseRefused as refused:
        keep_answer(context.users, token, key, json.dumps({"refused": [refused.code, refused.zh, refused.en]}))
        raise
    except BaseException:
        give_up_key(context.users, token, key)
        raise
    keep_answer(context.users, token, key, json.dumps({"done": done.model_dump()}))
    return done


def same_question(request: Request, caller: Caller, key: str, body: BaseModel) -> None:
    """Hold a posted question to its key. It is answered anew, and noted anew: answers with numbers are not kept.

    Raises
    ------
    ApiProblem
        The key was used for something else.
    """
    context, token = context_of(request), caller.token.token_id
    kept = claim_key(context.users, token, key, f"{request.method} {request.url.path} {body.model_dump_json()}")
    if kept.claim is Claim.MINE:
        keep_answer(context.users, token, key, json.dumps({"asked": True}))
    elif kept.claim is Claim.OTHER:
        _require_mine(kept.claim)


def _require_mine(claim: Claim) -> None:
    if claim is Claim.OTHER:
        raise ApiProblem("key_used", 422)
    if claim is Claim.RUNNING:
        raise ApiProblem("key_running", 409, {"retry-after": "1"})


def _again(answer: str) -> Done:
    given = json.loads(answer)
    if "refused" in given:
        raise CaseRefused(*given["refused"])
    return Done(**given["done"])


def _published(context: Context, desk: Desk, events: list[Event]) -> bool:
    if not events or context.append is None:
        return not events
    try:
        publish(desk, context.append, events[0].subject)
    except TopicError:
        return False
    return True


def _done(events: list[Event], published: bool) -> Done:
    payloads = [event.act.payload for event in events]
    return Done(events=[Added(seq=event.seq, at_ms=event.act.at_ms, action=event.act.action, officer=event.act.officer)
                        for event in events],
                measure=next((given["measure"] for given in payloads if "measure" in given), None),
                appeal=next((given["appeal"] for given in payloads if "appeal" in given), None), published=published)
