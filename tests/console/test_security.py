"""What must not be possible: getting in, getting at others' cards, getting a script or a statement in."""

import re
import sqlite3
import stat

import pytest
from fastapi.testclient import TestClient

from console.accounts import lock_out, sessions
from console.accounts.user_file import UserFile
from console.app import create_app
from console.errors import UnsafeServing
from console.guard import LONGEST_BODY
from console.serve import Address, opened, require_safe
from console.visitor import SESSION_COOKIE
from jobs.settings import load_settings
from tests.console.station import CHENGDU, EVIL, MIANYANG, PASSWORD, USERS, Browser, Clock, token_of

EVERY_PAGE = ("/", "/search", "/audit", "/account", "/live", "/card/{}", "/models", "/system", "/users")


def cookie(person: Browser) -> str:
    return person.client.cookies.get(SESSION_COOKIE, "")


@pytest.fixture
def chengdu(ground):
    return ground[0].references.of(CHENGDU)


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_nobody_gets_a_page_without_signing_in_completely(browser, chengdu, path):
    path = path.format(chengdu)
    assert browser().get(path).url.path == "/sign-in"
    half = browser()
    assert half.post("/sign-in", {"user": "operator", "password": PASSWORD}).url.path.startswith("/sign-in/")
    assert half.get(path).url.path.startswith("/sign-in/")
    assert browser().get(path, headers={"x-by-itself": "1"}).status_code == 401


def test_a_wrong_password_tells_nothing_and_a_name_is_locked_out_for_longer_and_longer(browser, ground):
    context, clock = ground
    person = browser()

    def tried(name, password="wrong"):
        answer = person.post("/sign-in", {"user": name, "password": password})
        return answer.status_code, re.search(r'role="alert">([^<]+)', answer.text)[1]

    waits = {}
    for name in ("analyst", "nobody-at-all"):
        said = [tried(name) for _ in range(lock_out.FREE)]
        assert {status for status, _ in said} == {401} and len({text for _, text in said}) == 1
        assert tried(name)[0] == 429
        waits[name] = lock_out.locked_ms(context.users, name)
    assert all(25_000 < wait <= 30_000 for wait in waits.values())
    assert tried("analyst", PASSWORD)[0] == 429, "the right one has to wait as well"
    clock.ahead_ms += 31_000
    assert tried("analyst")[0] == 401
    assert lock_out.locked_ms(context.users, "analyst") > 50_000
    clock.ahead_ms += 61_000
    browser().sign_in("analyst")
    assert tried("analyst")[0] == 401, "a sign-in forgets failures"


def test_codes_are_guessed_no_better_and_none_is_good_twice(browser, ground):
    context, clock = ground
    person = browser().sign_in("operator")
    used = person.code("operator")
    again = browser()
    again.post("/sign-in", {"user": "operator", "password": PASSWORD})
    assert again.post("/sign-in/code", {"code": used}).url.path == "/system"
    third = browser()
    third.post("/sign-in", {"user": "operator", "password": PASSWORD})
    assert third.post("/sign-in/code", {"code": used}).status_code == 401
    codes = [third.post("/sign-in/code", {"code": f"{n:06}"}).status_code for n in range(lock_out.FREE)]
    assert codes[-1] == 429 and set(codes) <= {401, 429}
    context.users.change("DELETE FROM attempts")


def test_the_session_has_a_new_id_at_every_step_and_a_given_one_is_worth_nothing(browser):
    person = browser()
    person.client.cookies.set(SESSION_COOKIE, "chosen-by-an-attacker")
    seen = [cookie(person)]
    person.post("/sign-in", {"user": "admin", "password": PASSWORD})
    seen.append(person.client.cookies.get(SESSION_COOKIE, domain="testserver.local"))
    person.client.cookies.clear()
    person.sign_in("admin")
    seen.append(cookie(person))
    assert len(set(seen)) == 3 and all(seen)
    left = cookie(person)
    person.post("/account", {}, to="/sign-out")
    old = browser()
    old.client.cookies.set(SESSION_COOKIE, left)
    assert old.get("/account").url.path == "/sign-in"


def test_cookies_are_kept_from_scripts_and_other_sites_and_the_file_holds_no_id(browser, ground):
    person = browser()
    html = person.get("/sign-in").text
    answer = person.client.post("/sign-in", data={"user": "admin", "password": PASSWORD, "form_token": token_of(html)},
                                follow_redirects=False)
    given = answer.headers["set-cookie"].lower()
    assert "httponly" in given and "samesite=strict" in given and "path=/" in given
    users = ground[0].users
    assert stat.S_IMODE(users.path.stat().st_mode) == 0o600
    files = users.path.parent.glob("console.sqlite*")
    stored = b"".join(file.read_bytes() for file in files)
    assert cookie(person).encode() not in stored and PASSWORD.encode() not in stored and b"$argon2id$" in stored


def test_a_session_ends_when_idle_and_in_any_case_and_with_its_user(browser, ground):
    context, clock = ground
    users = context.users
    person = browser().sign_in("admin")
    clock.ahead_ms += sessions.IDLE_MS - 60_000
    assert person.get("/account").url.path == "/account"
    clock.ahead_ms += sessions.IDLE_MS - 60_000
    person.get("/account", headers={"x-by-itself": "1"})
    clock.ahead_ms += 120_000
    assert person.get("/account").url.path == "/sign-in", "what a page does by itself keeps no session alive"
    person = browser().sign_in("admin")
    for _ in range(sessions.LONGEST_MS // (sessions.IDLE_MS // 2)):
        clock.ahead_ms += sessions.IDLE_MS // 2
        last = person.get("/account").url.path
    assert last == "/sign-in"
    person = browser().sign_in("admin")
    users.disable("admin")
    assert person.get("/account").url.path == "/sign-in"
    assert browser().post("/sign-in", {"user": "admin", "password": PASSWORD}).status_code == 401
    users.change("UPDATE users SET active = 1 WHERE name = 'admin'")
    users.change("DELETE FROM attempts")


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", "/search", "/audit", "/card/{}"])
def test_a_form_without_its_token_or_from_another_site_is_refused(browser, signed_in, chengdu, path):
    person = signed_in("wang-fang") if "audit" not in path else signed_in("zhou-yi")
    path = path.format(chengdu)
    for token in ({}, {"form_token": "guessed"}):
        assert person.client.post(path, data={"purpose": "x", "text": "y", **token}).status_code == 403
    token = {"form_token": token_of(person.get("/account").text)}
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"},
                    {"sec-fetch-site": "same-site", "origin": "http://testserver"}):
        assert person.client.post(path, data=token, headers=headers).status_code == 403
    assert person.get("/account").url.path == "/account"


@pytest.mark.parametrize(("name", "allowed"), [
    ("li-wei", {"/", "/search", "/card/{}"}), ("wang-fang", {"/", "/search", "/card/{}", "/models"}),
    ("zhou-yi", {"/audit"}), ("analyst", {"/", "/models"}), ("operator", {"/system"}),
    ("admin", {"/users", "/system"})])
def test_each_duty_opens_its_own_pages_and_no_others(signed_in, chengdu, name, allowed):
    for path in set(EVERY_PAGE) - {"/live", "/account"}:
        answer = signed_in(name).get(path.format(chengdu))
        if path in allowed:
            assert answer.status_code == 200 and answer.url.path == path.format(chengdu), path
        else:
            first = ("/audit", "/account", "/system", "/users")
            assert answer.status_code == 403 or path == "/" and answer.url.path in first, path


def test_a_card_outside_the_territory_is_opened_neither_by_address_nor_by_search_nor_seen(signed_in, ground):
    reference = ground[0].references.of(MIANYANG)
    officer = signed_in("li-wei")
    assert reference not in officer.get("/").text
    answer = officer.get(f"/card/{reference}")
    assert answer.status_code == 403 and "辖区" in answer.text and "6222000000000002" not in answer.text
    token = token_of(officer.get("/account").text)
    assert officer.client.post(f"/card/{reference}", data={"purpose": "x", "form_token": token}).status_code == 403
    html = officer.post("/search", {"text": "6222000000000002", "purpose": "case 9"}).text
    assert "/card/" not in html
    assert signed_in("wang-fang").get(f"/card/{reference}").status_code == 200, "it is in 51"


def test_references_cannot_be_made_up_or_changed(signed_in, chengdu):
    bad = chengdu[:-2] + ("AA" if chengdu[-2:] != "AA" else "BB")
    for reference in (bad, "phone:13800000001", "x", "A" * 300, "..%2f..%2fetc%2fpasswd"):
        assert signed_in("wang-fang").get(f"/card/{reference}").status_code == 404
    assert signed_in("wang-fang").get("/static/../app.py").status_code == 404
    assert signed_in("wang-fang").get("/static/%2e%2e/app.py").status_code == 404


def test_what_cards_and_people_say_is_shown_and_never_run(signed_in, ground):
    person = signed_in("wang-fang")
    pages = [person.get("/").text, person.open_card(ground[0].references.of(MIANYANG), EVIL).text,
             person.post("/search", {"text": EVIL, "purpose": EVIL}).text, signed_in("zhou-yi").get("/audit").text,
             person.get(f"/?handler={EVIL}&area={EVIL}").text]
    for html in pages:
        assert "<script>alert" not in html and "alert(1)</script>'\"49" not in html
    assert "&lt;script&gt;alert(1)" in pages[1] and "{{7*7}}" in pages[1]


def test_headers_are_strict_on_every_answer(signed_in, browser, chengdu):
    paths = [*(path.format(chengdu) for path in EVERY_PAGE if path != "/live"), "/static/console.css", "/nothing"]
    for answer in [signed_in("wang-fang").get(path) for path in paths] + [browser().get("/sign-in")]:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'self'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "server" not in answer.headers and "strict-transport-security" not in answer.headers
        if "/static/" not in answer.url.path:
            assert answer.headers["cache-control"] == "no-store"
            assert not re.search(r"<script(?![^>]*(src=|application/json))|<style|\sstyle=|\son\w+=", answer.text)


def test_an_oversized_body_is_refused_unread(signed_in):
    person = signed_in("wang-fang")
    for given in ({"content": b"x" * (LONGEST_BODY + 1)}, {"content": iter([b"x" * 40_000] * 3)}):
        headers = {"content-type": "application/x-www-form-urlencoded"}
        assert person.client.post("/search", headers=headers, **given).status_code == 413


def test_by_tls_cookies_are_secure_and_browsers_stay_with_it(store, store_url, tmp_path):
    users = UserFile(tmp_path / "u.sqlite")
    with opened(load_settings(store=store_url, state=tmp_path), users, secure=True) as context:
        answer = TestClient(create_app(context), base_url="https://testserver").get("/sign-in")
    assert "max-age" in answer.headers["strict-transport-security"] and "secure" in answer.headers["set-cookie"].lower()


def test_nothing_is_sent_in_the_clear_over_a_network(tmp_path):
    for host in ("0.0.0.0", "10.0.0.1", "::", "example.org"):
        with pytest.raises(UnsafeServing, match="without TLS"):
            require_safe(Address(host))
    for host in ("127.0.0.1", "::1", "localhost"):
        require_safe(Address(host))
    with pytest.raises(UnsafeServing, match="both a certificate and its key"):
        require_safe(Address("10.0.0.1", certificate=tmp_path / "c.pem"))


def test_a_store_that_is_away_is_said_so_and_the_page_tries_again(tmp_path):
    clock = Clock()
    users = UserFile(tmp_path / "u.sqlite", clock)
    for name, duty in USERS.items():
        users.add(name, duty, name if duty in ("officer", "supervisor", "auditor") else "")
        users.set_password(name, PASSWORD)
    settings = load_settings(store="clickhouse://nobody@127.0.0.1:1/none", state=tmp_path)
    with opened(settings, users, now_ms=clock) as context:
        person = Browser(TestClient(create_app(context)), clock)
        person.post("/sign-in", {"user": "wang-fang", "password": PASSWORD})
        step = person.get("/sign-in/enrol").text
        clock.secrets["wang-fang"] = re.search(r'class="key">([A-Z2-7]+)<', step)[1]
        answer = person.post("/sign-in/enrol", {"code": person.code("wang-fang")})
        assert answer.status_code == 503 and answer.headers["retry-after"] == "5"
        assert "数据库暂时没有应答" in answer.text and 'http-equiv="refresh"' in answer.text
        assert "Traceback" not in answer.text and "127.0.0.1" not in answer.text
        assert person.get("/account").status_code == 200, "what needs no store still works"


def test_users_are_added_reset_and_bound_to_officers(tmp_path):
    users = UserFile(tmp_path / "u.sqlite")
    with pytest.raises(Exception, match="acts in an officer's name"):
        users.add("a", USERS["li-wei"])
    first = users.add("a", USERS["li-wei"], "li-wei")
    with pytest.raises(Exception, match="already"):
        users.add("a", USERS["li-wei"], "li-wei")
    assert users.user("a").must_change and users.reset("a") != first
    with pytest.raises(Exception, match="there is no user 'b'"):
        users.disable("b")
    assert sqlite3.connect(users.path).execute("SELECT count(*) FROM users").fetchone() == (1,)


def test_after_signing_in_one_is_where_one_wanted_to_be_and_nowhere_else(browser):
    for wanted, there in (("/account", "/account"), ("//evil.example/x", "/audit"), ("/audit?by=li-wei", "/audit")):
        person = browser()
        answer = person.post("/sign-in", {"user": "zhou-yi", "password": PASSWORD, "next": wanted})
        assert person.post(str(answer.url).removeprefix("http://testserver"),
                           {"code": person.code("zhou-yi"), "next": wanted}).url.path == there


def test_a_fault_of_ours_gives_nothing_away_and_has_the_headers(ground, signed_in, monkeypatch):
    def fail(*_):
        raise RuntimeError("phone:13800000001")

    signed_in("wang-fang")
    monkeypatch.setattr("console.pages.queue.queue_cards", fail)
    answer = signed_in("wang-fang").get("/")
    assert answer.status_code == 500 and "13800000001" not in answer.text and "RuntimeError" not in answer.text
    assert answer.headers["cache-control"] == "no-store"
