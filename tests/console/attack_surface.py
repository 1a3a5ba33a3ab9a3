"""Everything of the console that somebody outside can touch: routes of the application, forms of its pages."""

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from bs4 import BeautifulSoup
from fastapi.testclient import TestClient

from console.accounts import sessions
from console.accounts.scopes import Scope
from console.accounts.sessions import Stage
from console.visitor import SESSION_COOKIE
from tests.console.program import PATH

#: Answers without end: only asked for where they are refused.
STREAMS = ("GET /live",)
#: Values of parts of addresses by their names; a reference is the card's.
PARTS = {"name": "language", "value": "en", "kind": "queue", "lead_id": "L-2026-1", "path": "console.css"}


@dataclass(frozen=True)
class Operation:
    """A method at an address; `query` are the names of what it reads from there, as far as it says so."""

    method: str
    path: str
    query: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def is_api(self) -> bool:
        return self.path.startswith("/api/v")

    def address(self, **parts: str) -> str:
        return re.sub(r"\{(\w+)(:\w+)?\}", lambda found: (PARTS | parts).get(found[1], "x"), self.path)


def operations(app: Any, prefix: str = "") -> list[Operation]:
    """Every operation of an application and of those mounted in it."""
    found = []
    for route in _flat(app.routes):
        path = prefix + (getattr(route, "path", "") or "")
        inner = getattr(route, "app", None)
        if getattr(route, "methods", None):
            query = tuple(param.name for param in getattr(getattr(route, "dependant", None), "query_params", ()))
            found += [Operation(method, path, query) for method in route.methods if method != "HEAD"]
        elif hasattr(inner, "routes"):
            found += operations(inner, path)
        else:
            found.append(Operation("GET", f"{path}/{{path}}"))
    return sorted(found, key=lambda each: each.name)


def _flat(routes: Any) -> Iterator[Any]:
    """Routes, those of included routers as well, which later releases of FastAPI keep apart."""
    for route in routes:
        yield from route.effective_route_contexts() if hasattr(route, "effective_route_contexts") else (route,)


@dataclass
class Intruder:
    """A user with a whole session, who sends what no page of ours would."""

    client: TestClient
    form_token: str = ""
    secret: str = ""

    def send(self, operation: Operation, address: str, data: Any = None, **headers: str):
        """Send an operation; its form has the token, programs their own."""
        if operation.is_api:
            headers |= {"authorization": f"Bearer {self.secret}", "idempotency-key": secrets.token_hex(8)}
            body = {"json": data or {}} if operation.method != "GET" else {}
        else:
            body = {"data": {"form_token": self.form_token} | (data or {})} if operation.method != "GET" else {}
        return self.client.request(operation.method, address, headers=headers, follow_redirects=False, **body)


def intruder(app: Any, context: Any, name: str) -> Intruder:
    """Somebody who is signed in as a user, and holds a token with every scope there is."""
    users = context.users
    users.change("UPDATE users SET active = 1 WHERE name = ?", name)
    given = sessions.begin(users, name, Stage.FULL)
    client = TestClient(app, raise_server_exceptions=False)
    client.cookies.set(SESSION_COOKIE, given)
    secret = f"duanka_{given}"
    users.change("INSERT OR REPLACE INTO tokens (token_id, user, name, scopes, created_ms, expires_ms, used_ms, "
                 "secret_hash) VALUES (?, ?, 'all', ?, 0, ?, 0, ?)", f"all-{name}", name, " ".join(Scope),
                 users.now_ms() + 86_400_000, sessions._hash(secret))
    return Intruder(client, sessions.session_of(users, given).form_token, secret)


@dataclass(frozen=True)
class Form:
    """A form as it stands on a page: where it goes, and its fields with what is in them."""

    method: str
    action: str
    fields: dict[str, str] = field(hash=False, compare=False)


def forms_and_addresses(html: str) -> tuple[list[Form], set[str]]:
    """The forms of a page, and the addresses of ours that it leads to."""
    page = BeautifulSoup(html, "html.parser")
    forms = []
    for form in page.find_all("form"):
        fields = {}
        for each in form.find_all(["input", "select", "textarea", "button"]):
            if each.get("name"):
                chosen = each.find("option", selected=True) or each.find("option") or each
                fields[each["name"]] = chosen.get("value") or each.get_text() or ""
        forms.append(Form(form.get("method", "get").upper(), form.get("action", ""), fields))
    addresses = {a["href"] for a in page.find_all("a", href=True) if a["href"].startswith("/")}
    return forms, addresses


def crawl(person: Intruder, most: int = 60) -> tuple[dict[tuple, Form], dict[str, set[str]]]:
    """Walk through the pages of somebody: forms by where they go and what they hold, names in queries by path.

    Of pages that differ in their last part alone, such as those of cards, three are looked at.
    """
    waiting, seen, kinds = ["/", "/account"], set(), {}
    forms: dict[tuple, Form] = {}
    queries: dict[str, set[str]] = {}
    while waiting and len(seen) < most:
        address = waiting.pop(0)
        path = urlsplit(address).path
        kind = re.sub(r"[\w-]{16,}", "*", path)
        queries.setdefault(path, set()).update(name for name, _ in parse_qsl(urlsplit(address).query, True))
        if address in seen or kinds.get(kind, 0) >= 3 or path.startswith(("/choose", "/static", "/sign-in", PATH)):
            continue
        seen.add(address)
        kinds[kind] = kinds.get(kind, 0) + 1
        answer = person.client.get(address)
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        found, more = forms_and_addresses(answer.text)
        for form in found:
            where = re.sub(r"[\w-]{16,}", "*", form.action or path)
            forms.setdefault((form.method, where, tuple(sorted(form.fields))),
                             Form(form.method, form.action or path, form.fields))
            if form.method == "GET":
                queries.setdefault(urlsplit(form.action or path).path, set()).update(form.fields)
        waiting += sorted(more)
    return forms, queries
