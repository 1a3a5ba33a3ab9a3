"""Signing in by a provider: what is taken, what is not, and that our own users and codes still count."""

import logging
import time

import pytest
from fastapi.testclient import TestClient

from console.accounts.duties import Duty
from console.accounts.user_file import UserFile
from console.app import create_app
from console.errors import BadConsoleSettings
from console.openid.flow import LONGEST_MS
from console.openid.settings import CALLBACK, load_openid
from console.pages.openid import BROWSER_COOKIE
from console.serve import opened
from jobs.settings import load_settings
from tests.console.openid_provider import CLIENT, SECRET, SmallProvider
from tests.console.station import OFFICERS, Browser, Clock

TABLE = """[openid]
issuer = "{issuer}"
client_id = "duanka-console"
redirect_url = "http://127.0.0.1:8090/sign-in/openid/callback"
"""


@pytest.fixture(scope="module")
def provider():
    made = SmallProvider()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def honest(provider):
    provider.wrong, provider.forge, provider.calls_itself = {}, "", ""


@pytest.fixture
def console(store, store_url, provider, tmp_path, monkeypatch):
    """Make a console with more in its table, and its users."""
    monkeypatch.setenv("DUANKA_OPENID_SECRET", SECRET)
    opening = []

    def make(more: str = "", clock=None):
        file, clock = tmp_path / "console.toml", clock or Clock()
        file.write_text(TABLE.format(issuer=provider.issuer) + more, encoding="utf-8")
        users = UserFile(tmp_path / f"u{len(opening)}.sqlite", clock)
        for name, duty in (("wang-fang", Duty.SUPERVISOR), ("li-wei", Duty.OFFICER), ("analyst", Duty.ANALYST)):
            users.add(name, duty, name if name in OFFICERS else "")
        manager = opened(load_settings(store=store_url, state=tmp_path, console=file), users, now_ms=clock)
        context = manager.__enter__()
        opening.append((manager, users))
        app = create_app(context)
        return users, clock, lambda: Browser(TestClient(app), clock)

    yield make
    for manager, users in opening:
        manager.__exit__(None, None, None)
        users.close()


def went(person):
    answer = person.client.get("/sign-in/openid", follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def came_back(person, code, state, **more):
    return person.get(CALLBACK, params={"code": code, "state": state} | more)


def signed_in_as(person, provider, user):
    return came_back(person, *provider.agree(went(person), user))


def test_a_user_signs_in_with_a_second_factor_there_and_opens_pages_here(console, provider):
    users, _, browser = console()
    person = browser()
    assert '/sign-in/openid"' in person.get("/sign-in").text
    answer = signed_in_as(person, provider, "wang-fang")
    assert answer.status_code == 200 and 'url=/"' in answer.text, "no redirect: a strict cookie would not go with it"
    page = person.get("/account")
    assert page.url.path == "/account" and "wang-fang" in page.text
    assert provider.asked[-1]["grant_type"] == "authorization_code"
    assert not users.rows("SELECT * FROM openid_flows")


def test_the_cookie_of_the_way_there_is_lax_and_ours_is_strict(console, provider):
    _, _, browser = console()
    person = browser()
    there = person.client.get("/sign-in/openid", follow_redirects=False)
    cookie = there.headers["set-cookie"].lower()
    assert "samesite=lax" in cookie and "httponly" in cookie and f"path={CALLBACK}" in cookie
    back = came_back(person, *provider.agree(there.headers["location"], "li-wei"))
    given = [value.lower() for value in back.headers.get_list("set-cookie")]
    assert any(value.startswith("duanka_session=") and "samesite=strict" in value for value in given)


@pytest.mark.parametrize("wrong", [{"amr": ["pwd"]}, {"amr": None}, {"amr": [], "acr": "urn:other"}])
def test_without_a_second_factor_there_our_own_code_is_asked_for(console, provider, wrong):
    users, _, browser = console('acr = ["urn:mfa"]\n')
    provider.wrong = wrong
    person = browser()
    assert "/sign-in/enrol" in signed_in_as(person, provider, "li-wei").text
    assert person.get("/").url.path == "/sign-in/enrol"
    users.set_secret("li-wei", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", 0)
    person = browser()
    assert "/sign-in/code" in signed_in_as(person, provider, "li-wei").text
    person.clock.secrets["li-wei"] = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    assert person.get("/account").url.path == "/sign-in/code"
    assert person.post("/sign-in/code", {"code": person.code("li-wei")}).url.path == "/"
    provider.wrong = {"amr": None, "acr": "urn:mfa"}
    assert 'url=/"' in signed_in_as(browser(), provider, "li-wei").text


@pytest.mark.parametrize(("wrong", "why"), [
    ({"nonce": "another"}, "nonce"), ({"nonce": None}, "nonce"), ({"aud": "another-client"}, "aud"),
    ({"aud": ["another-client"]}, "aud"), ({"aud": None}, "aud"), ({"iss": "https://evil.example"}, "iss"),
    ({"exp": 1_772_416_800}, "xpired"), ({"exp": None}, "exp"), ({"sub": None}, "sub"),
    ({"iat": int(time.time()) + 86_400}, "future"),
    ({"aud": [CLIENT, "another-client"], "azp": "another-client"}, "azp"),
    ({"preferred_username": "nobody"}, "no active user"), ({"preferred_username": None}, "claim"),
    ({"preferred_username": ["wang-fang"]}, "claim"), ({"preferred_username": "Wang-Fang"}, "no active user"),
])
def test_a_token_that_is_not_right_lets_nobody_in(console, provider, caplog, wrong, why):
    users, _, browser = console()
    provider.wrong = wrong
    person = browser()
    with caplog.at_level(logging.WARNING):
        answer = signed_in_as(person, provider, "wang-fang")
    assert answer.status_code == 403 and why in caplog.text and why not in answer.text
    assert person.get("/account").url.path == "/sign-in" and not users.rows("SELECT * FROM sessions")
    assert users.user("nobody") is None


@pytest.mark.parametrize("forge", ["none", "secret", "stranger"])
def test_a_forged_signature_lets_nobody_in(console, provider, forge):
    _, _, browser = console()
    provider.forge = forge
    assert signed_in_as(browser(), provider, "wang-fang").status_code == 403


def test_the_way_back_is_good_once_for_the_browser_that_went_and_not_for_long(console, provider):
    _, clock, browser = console()
    person = browser()
    code, state = provider.agree(went(person), "wang-fang")
    assert came_back(person, code, "another-state").status_code == 403
    other = browser()
    assert came_back(other, code, state).status_code == 403, "another browser brings it"
    assert came_back(person, code, state).status_code == 403, "and has used it up"
    person = browser()
    code, state = provider.agree(went(person), "wang-fang")
    cookie = person.client.cookies.get(BROWSER_COOKIE)
    assert came_back(person, code, state).status_code == 200
    again = browser()
    again.client.cookies.set(BROWSER_COOKIE, cookie, path=CALLBACK)
    assert came_back(again, code, state).status_code == 403, "replayed, cookie and all"
    person = browser()
    code, state = provider.agree(went(person), "wang-fang")
    clock.ahead_ms += LONGEST_MS + 1000
    assert came_back(person, code, state).status_code == 403
    assert "/account" not in str(person.get("/account").url.path)


def test_a_code_of_another_sign_in_and_an_error_and_another_issuer_are_refused(console, provider):
    _, _, browser = console()
    victim, thief = browser(), browser()
    stolen, _ = provider.agree(went(victim), "wang-fang")
    _, state = provider.agree(went(thief), "li-wei")
    assert came_back(thief, stolen, state).status_code == 403, "the verifier of PKCE does not fit"
    person = browser()
    _, state = provider.agree(went(person), "li-wei")
    assert person.get(CALLBACK, params={"state": state, "error": "access_denied"}).status_code == 403
    person = browser()
    assert came_back(person, *provider.agree(went(person), "li-wei"), iss="https://evil.example").status_code == 403
    person = browser()
    assert came_back(person, *provider.agree(went(person), "li-wei"), iss=provider.issuer).status_code == 200


def test_a_disabled_user_is_not_let_in_and_none_is_made_unless_the_settings_say_so(console, provider, store):
    users, _, browser = console()
    users.disable("analyst")
    assert signed_in_as(browser(), provider, "analyst").status_code == 403
    users, _, browser = console('create_duty = "analyst"\n')
    users.disable("analyst")
    assert signed_in_as(browser(), provider, "analyst").status_code == 403, "a disabled one is not made anew"
    assert signed_in_as(browser(), provider, "new-one").status_code == 200
    assert users.user("new-one").duty is Duty.ANALYST and not users.user("new-one").officer
    assert store.query("SELECT action, officer FROM case_events WHERE subject = 'user:new-one'") == [
        {"action": "user_added", "officer": "user:openid"}]
    assert signed_in_as(browser(), provider, "no such name/").status_code == 403


def test_keys_may_change_and_a_provider_that_is_away_or_another_is_said_so(console, provider):
    _, _, browser = console()
    assert signed_in_as(browser(), provider, "li-wei").status_code == 200
    provider.new_key()
    assert signed_in_as(browser(), provider, "li-wei").status_code == 200
    provider.calls_itself = "https://evil.example"
    _, _, browser = console()
    answer = browser().get("/sign-in/openid", follow_redirects=False)
    assert answer.status_code == 503 and provider.issuer not in answer.text
    assert answer.headers["content-security-policy"]


def test_the_page_after_is_one_of_ours(console, provider):
    _, _, browser = console()
    for wanted, there in (("/account", "/account"), ("//evil.example", "/"), ("https://evil.example", "/")):
        person = browser()
        answer = person.client.get("/sign-in/openid", params={"next": wanted}, follow_redirects=False)
        back = came_back(person, *provider.agree(answer.headers["location"], "li-wei"))
        assert f'url={there}"' in back.text


def test_without_settings_there_is_no_such_way(browser):
    assert "/sign-in/openid" not in browser().get("/sign-in").text
    assert browser().get("/sign-in/openid").status_code == 404
    assert browser().get(f"{CALLBACK}?state=x&code=y").status_code == 404


@pytest.mark.parametrize(("text", "said"), [
    ("[openid", "is not TOML"), ("[openId]\n", "did you mean 'openid'"), ("openid = 3", "openid is a table"),
    ("[openid]\nissuer = 'http://login.example'\n", "issuer: must begin with https://"),
    ("[openid]\nissuer = 'https://login.example'\n", "client_id: Field required"),
    (TABLE.format(issuer="https://a.example?x=1"), "without ?"),
    (TABLE.format(issuer="https://u:p@a.example"), "without user"),
    (TABLE.format(issuer="https://a.example").replace("/callback", ""), f"must end with {CALLBACK}"),
    (TABLE.format(issuer="https://a.example") + "clam = 'x'\n", "did you mean 'claim'"),
    (TABLE.format(issuer="https://a.example") + "client_secret = 'x'\n", "DUANKA_OPENID_SECRET"),
    (TABLE.format(issuer="https://a.example") + "scope = 'profile'\n", "must name openid"),
    (TABLE.format(issuer="https://a.example") + "create_duty = 'officer'\n", "act in an officer's name"),
    (TABLE.format(issuer="https://a.example") + "create_duty = 'king'\n", "create_duty"),
    (TABLE.format(issuer="https://a.example") + "ca = '/nowhere.pem'\n", "no such file"),
    (TABLE.format(issuer="https://a.example") + "timeout_s = 0\n", "timeout_s"),
])
def test_a_wrong_setting_is_refused_at_the_start_with_what_to_do(tmp_path, text, said):
    file = tmp_path / "console.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadConsoleSettings) as raised:
        load_openid(file)
    assert said in str(raised.value) and str(file) in str(raised.value)


def test_settings_are_read_and_the_secret_is_not_shown(tmp_path, monkeypatch):
    assert load_openid(None) is None
    with pytest.raises(BadConsoleSettings, match="cannot be read"):
        load_openid(tmp_path / "none.toml")
    file = tmp_path / "console.toml"
    file.write_text("", encoding="utf-8")
    assert load_openid(file) is None
    file.write_text(TABLE.format(issuer="https://a.example"), encoding="utf-8")
    (tmp_path / "secret").write_text("hidden-away\n")
    monkeypatch.setenv("DUANKA_OPENID_SECRET_FILE", str(tmp_path / "secret"))
    made = load_openid(file)
    assert made.secret.get_secret_value() == "hidden-away" and "hidden-away" not in repr(made)
    assert made.claim == "preferred_username" and made.create_duty is None
