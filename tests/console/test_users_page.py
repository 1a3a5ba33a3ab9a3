"""The administrator's page: people are let in, reset and shut out, and each act is in the trail."""

import re

import pytest

from connectors.case_log import events_of
from console.accounts.duties import Duty
from tests.console.station import PASSWORD


def trail(store, name):
    return [(row["officer"], row["action"], row["payload"]["duty"], row["payload"]["officer"])
            for row in events_of(store, f"user:{name}")]


def password_of(html: str) -> str:
    return re.search(r'class="key number">([a-z0-9-]{23})<', html)[1]


def test_a_user_is_added_signs_in_once_with_the_password_shown_and_it_is_in_the_trail(signed_in, browser, store):
    admin = signed_in("admin")
    html = admin.post("/users", {"name": "new-hand", "duty": "officer", "officer": "li-wei"}, to="/users/add").text
    password = password_of(html)
    assert password not in admin.get("/users").text, "it is shown once"
    assert trail(store, "new-hand") == [("user:admin", "user_added", "officer", "li-wei")]
    answer = browser().post("/sign-in", {"user": "new-hand", "password": password})
    assert answer.url.path == "/sign-in/change"


@pytest.mark.parametrize(("fields", "said"), [
    ({"name": "x y", "duty": "analyst"}, "不含空格"), ({"name": "", "duty": "analyst"}, "不含空格"),
    ({"name": "y", "duty": "officer"}, "登记民警"), ({"name": "y", "duty": "officer", "officer": "nobody"}, "登记民警"),
    ({"name": "y", "duty": "king"}, "选择岗位"), ({"name": "analyst", "duty": "analyst"}, "已存在")])
def test_what_cannot_be_is_refused_in_words_and_leaves_nothing(signed_in, ground, store, fields, said):
    users = ground[0].users
    before = [user.name for user in users.users()]
    answer = signed_in("admin").post("/users", fields, to="/users/add")
    assert answer.status_code == 422 and said in answer.text and "one-time" not in answer.text
    assert [user.name for user in users.users()] == before and not trail(store, fields["name"] or "-")


def test_disabling_ends_sessions_at_once_and_resetting_lets_in_again(signed_in, browser, ground, store):
    person = browser().sign_in("zhao-min")
    assert person.get("/").status_code == 200
    admin = signed_in("admin")
    assert "已停用" in admin.post("/users", {}, to="/users/zhao-min/disable").text
    assert person.get("/").url.path == "/sign-in"
    assert browser().post("/sign-in", {"user": "zhao-min", "password": PASSWORD}).status_code == 401
    password = password_of(admin.post("/users", {}, to="/users/zhao-min/reset").text)
    assert browser().post("/sign-in", {"user": "zhao-min", "password": password}).url.path == "/sign-in/change"
    assert [(action, officer) for _, action, _, officer in trail(store, "zhao-min")] == [
        ("user_disabled", "zhao-min"), ("user_reset", "zhao-min")]
    assert not ground[0].users.user("zhao-min").secret, "and a new second factor"


def test_nobody_shuts_themselves_out_and_a_user_that_is_not_there_is_not_found(signed_in, ground):
    admin = signed_in("admin")
    for act in ("disable", "reset"):
        answer = admin.post("/users", {}, to=f"/users/admin/{act}")
        assert answer.status_code == 403 and "另一名管理员" in answer.text
        assert admin.post("/users", {}, to=f"/users/nobody/{act}").status_code == 404
    assert ground[0].users.user("admin").active


def test_only_administrators_act_and_only_by_our_form(signed_in, ground):
    for name in ("li-wei", "wang-fang", "zhou-yi", "analyst", "operator"):
        person = signed_in(name)
        for path in ("/users/add", "/users/analyst/disable", "/users/analyst/reset"):
            token = re.search(r'name="form_token" value="([^"]+)"', person.get("/account").text)[1]
            answer = person.client.post(path, data={"form_token": token, "name": "z", "duty": "analyst"})
            assert answer.status_code == 403, (name, path)
    assert signed_in("admin").client.post("/users/analyst/disable", data={}).status_code == 403
    assert ground[0].users.user("analyst").active and ground[0].users.user("z") is None


def test_an_account_that_could_not_be_written_into_the_trail_is_not_there(signed_in, ground, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("no trail")

    monkeypatch.setattr("jobs.casework.desk.Desk.carry_out", fail)
    for path in ("/users/add", "/users/analyst/disable", "/users/analyst/reset"):
        assert signed_in("admin").post("/users", {"name": "ghost", "duty": "analyst"}, to=path).status_code == 500
    users = ground[0].users
    assert users.user("ghost") is None and users.user("analyst").active and not users.user("analyst").must_change
    assert users.user("analyst").duty is Duty.ANALYST


def test_the_auditor_finds_what_was_done_to_a_user(signed_in):
    signed_in("admin").post("/users", {"name": "traced", "duty": "analyst"}, to="/users/add")
    html = signed_in("zhou-yi").post("/audit", {"subject": "traced", "purpose": "review"}).text
    assert "新增用户" in html and "user:admin" in html.partition('id="acts"')[2]
