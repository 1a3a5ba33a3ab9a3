"""Tokens: made by a person, shown once, never more than their user, over at once when they should be."""

import re
import sqlite3

import pytest

from console.accounts.duties import Duty
from console.accounts.scopes import Scope, scopes_of
from console.accounts.tokens import DAY_MS, LONGEST_DAYS, MOST, make_token, tokens_of
from console.accounts.user_file import UserFile
from console.errors import AccountError
from tests.console.program import Program, program_of
from tests.console.station import token_of


def made_on_the_page(person, name="nightly", days="7", scopes=("read:hits",), path="/account/tokens"):
    token = token_of(person.get("/account").text)
    return person.client.post(path, data={"name": name, "days": days, "scope": list(scopes), "form_token": token})


def test_a_token_is_made_on_the_page_shown_once_listed_and_revoked(signed_in, app, ground):
    person = signed_in("wang-fang")
    html = made_on_the_page(person, "夜间同步").text
    secret = re.search(r'class="key">(duanka_[\w-]{43})<', html)[1]
    program = Program(person.client.__class__(app), secret)
    assert program.get("/hits").status_code == 200
    listed = person.get("/account").text
    assert secret not in listed and "夜间同步" in listed and "未使用" not in listed, "it says when it was used"
    stored = b"".join(file.read_bytes() for file in ground[0].users.path.parent.glob("console.sqlite*"))
    assert secret.encode() not in stored and secret.removeprefix("duanka_").encode() not in stored
    token_id = re.search(r'name="token_id" value="(\w+)"', listed)[1]
    person.post("/account", {"token_id": token_id}, to="/account/tokens/revoke")
    assert program.get("/hits").status_code == 401
    with ground[0].desk() as desk:
        events = desk.events(f"token:{token_id}")
    assert [e.act.action for e in events] == ["token_made", "token_revoked"]
    assert {e.act.officer for e in events} == {"wang-fang"}
    assert events[0].act.payload["name"] == "夜间同步" and secret not in str(events)


@pytest.mark.parametrize(("given", "status"), [
    ({}, 200), ({"days": "90"}, 200), ({"days": "91"}, 422), ({"days": "0"}, 422), ({"days": "x"}, 422),
    ({"days": "٣"}, 422), ({"name": " "}, 422), ({"name": "x" * 65}, 422), ({"scopes": ()}, 422),
    ({"scopes": ("read:everything",)}, 422), ({"scopes": ("read:hits", "write:cases")}, 200)])
def test_what_a_token_may_be(signed_in, ground, given, status):
    assert made_on_the_page(signed_in("wang-fang"), **given).status_code == status
    ground[0].users.change("DELETE FROM tokens WHERE user = 'wang-fang'")


@pytest.mark.parametrize(("user", "may"), [
    ("wang-fang", set(Scope)), ("li-wei", set(Scope) - {Scope.READ_OPENINGS}), ("analyst", {Scope.READ_HITS}),
    ("zhou-yi", set()), ("operator", set()), ("admin", set())])
def test_a_token_has_no_scope_that_its_users_duty_does_not_open(signed_in, ground, user, may):
    shown = set(re.findall(r'name="scope" value="([^"]+)"', signed_in(user).get("/account").text))
    assert shown == may
    for scope in Scope:
        assert made_on_the_page(signed_in(user), scopes=(scope,)).status_code == (200 if scope in may else 422), scope
    ground[0].users.change("DELETE FROM tokens")


def test_nobody_revokes_anothers_token(signed_in, app, ground):
    program = program_of(app, ground[0], "li-wei")
    signed_in("wang-fang").post("/account", {"token_id": program.token_id}, to="/account/tokens/revoke")
    assert program.get("/hits").status_code == 200


def test_a_token_ends_with_its_time_its_user_and_its_users_duty(app, ground):
    context, clock = ground
    program, short = program_of(app, context, "zhao-min"), program_of(app, context, "zhao-min", days=1)
    clock.ahead_ms += DAY_MS
    assert short.get("/hits").status_code == 401 and program.get("/hits").status_code == 200
    context.users.change("UPDATE users SET duty = 'analyst' WHERE name = 'zhao-min'")
    assert program.get("/hits").status_code == 200 and program.get("/leads").status_code == 403
    assert program.get("/leads").headers["www-authenticate"].endswith('scope="read:leads"')
    context.users.change("UPDATE users SET duty = 'officer' WHERE name = 'zhao-min'")
    assert program.get("/leads").status_code == 200
    context.users.change("UPDATE users SET active = 0 WHERE name = 'zhao-min'")
    assert program.get("/hits").status_code == 401, "even before anybody has tidied up"
    context.users.change("UPDATE users SET active = 1 WHERE name = 'zhao-min'")
    assert program.get("/hits").status_code == 200
    context.users.disable("zhao-min")
    context.users.change("UPDATE users SET active = 1 WHERE name = 'zhao-min'")
    assert program.get("/hits").status_code == 401, "a user who comes back brings no token along"
    assert not tokens_of(context.users, "zhao-min")


def test_a_retired_officers_token_does_nothing(app, ground):
    from casework.event import Act
    from casework.officers import Role, add_officer, retire_officer

    context = ground[0]
    with context.desk() as desk:
        desk.on_officer("sun-li", Act("", "wang-fang", 0), add_officer, role=Role.HANDLER, territories=("*",))
    context.users.add("sun-li", Duty.OFFICER, "sun-li")
    program = program_of(app, context, "sun-li")
    assert program.get("/hits").status_code == 200
    with context.desk() as desk:
        desk.on_officer("sun-li", Act("", "wang-fang", 0), retire_officer)
    for answer in (program.get("/hits"), program.get("/leads"),
                   program.post("/search", {"text": "13800000001", "purpose": "x"})):
        assert answer.status_code == 403 and answer.json()["code"] == "inactive_officer"


def test_there_are_so_many_of_a_user_and_a_reset_ends_them(tmp_path):
    users = UserFile(tmp_path / "u.sqlite")
    users.add("a", Duty.ANALYST)
    for n in range(MOST):
        make_token(users, users.user("a"), f"t{n}", ["read:hits"], LONGEST_DAYS)
    with pytest.raises(AccountError, match=f"at most {MOST}"):
        make_token(users, users.user("a"), "one more", ["read:hits"], 1)
    users.reset("a")
    assert not tokens_of(users)
    users.disable("a")
    with pytest.raises(AccountError, match="is disabled"):
        make_token(users, users.user("a"), "x", ["read:hits"], 1)
    assert sqlite3.connect(users.path).execute("SELECT count(*) FROM tokens").fetchone() == (0,)
    assert scopes_of(Duty.OPERATOR) == ()
