"""What a served console writes: no number, no token, no password; and what was changed in its trail is found."""

import os
import re
import socket
import subprocess
import sys
import time

import pytest
import requests

from console.accounts.user_file import UserFile
from tests.console.attack_surface import Operation, intruder
from tests.console.program import PATH
from tests.console.station import CHENGDU, MIANYANG, PASSWORD, register

COMMAND = (sys.executable, "-m", "jobs.cli.main", "console")


@pytest.fixture
def served(store, store_url, tmp_path):
    """A console as an operator starts it, and a token made on the command line; yields address, token, its words."""
    users = UserFile(tmp_path / "console.sqlite")
    register(store, users)
    users.close()
    environment = os.environ | {"DUANKA_STORE": store_url, "DUANKA_STATE": str(tmp_path), "COLUMNS": "160",
                                "DUANKA_BUS": f"file://{tmp_path}/bus"}
    made = subprocess.run([*COMMAND, "token", "add", "wang-fang", "--name", "nightly", "--scope", "read:cards",
                           "--scope", "read:hits"], text=True, capture_output=True, env=environment, check=True)
    secret = re.search(r"duanka_[\w-]{43}", made.stdout)[0]
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
    process = subprocess.Popen([*COMMAND, "--port", port], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               env=environment)
    said = "".join(iter(process.stdout.readline, f"console: http://127.0.0.1:{port}/\n"))
    words = []

    def end() -> str:
        process.terminate()
        words.append(process.communicate(timeout=60)[0])
        return said + words[0]

    yield f"http://127.0.0.1:{port}", secret, end, environment
    if process.poll() is None:
        process.kill()
        process.communicate(timeout=60)


def until_up(address: str) -> None:
    for _ in range(200):
        try:
            requests.get(f"{address}/sign-in", timeout=5)
            return
        except requests.ConnectionError:
            time.sleep(0.1)
    raise AssertionError("the console did not come up")


def test_nothing_that_was_sent_stands_in_what_a_served_console_writes(served):
    address, secret, end, environment = served
    until_up(address)
    number = CHENGDU.partition(":")[2]
    headers = {"authorization": f"Bearer {secret}", "idempotency-key": "k1"}
    looked = requests.post(f"{address}{PATH}/cards/look-up", json={"card": CHENGDU, "purpose": f"case {number}"},
                           headers=headers, timeout=60)
    assert looked.status_code == 200 and looked.json()["card"] == CHENGDU
    session = requests.Session()
    token = re.search(r'name="form_token" value="([^"]+)"', session.get(f"{address}/sign-in", timeout=60).text)[1]
    answers = [
        session.post(f"{address}/sign-in", data={"user": number, "password": PASSWORD, "form_token": token},
                     timeout=60),
        session.post(f"{address}/sign-in", data={"user": "li-wei", "password": f"{PASSWORD}x", "form_token": token},
                     timeout=60),
        requests.get(f"{address}/card/{number}?{number}", timeout=60),
        requests.get(f"{address}{PATH}/cards/{number}", params={"purpose": number}, headers=headers, timeout=60),
        requests.get(f"{address}{PATH}/hits", params={"since_ms": "9" * 30}, headers=headers, timeout=60),
        requests.post(f"{address}{PATH}/search", json={"text": number, "purpose": "x"},
                      headers=headers | {"idempotency-key": "k2"}, timeout=60),
        requests.get(f"{address}{PATH}/hits", headers={"authorization": f"Bearer {secret}x"}, timeout=60),
    ]
    assert {answer.status_code for answer in answers} >= {200, 401, 404, 422}
    with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])), timeout=10) as raw:
        raw.sendall(f"GET /{number} HTTP/9.9\r\nauthorization: {secret}\r\n\r\n".encode())
        raw.recv(1000)
    listed = subprocess.run([*COMMAND, "token", "list", "--format", "csv"], text=True, capture_output=True,
                            env=environment, check=True).stdout
    assert "nightly" in listed and "read:hits read:cards" in listed and "wang-fang" in listed
    token_id = listed.splitlines()[1].partition(",")[0]
    assert "revoked" in subprocess.run([*COMMAND, "token", "revoke", token_id], text=True, capture_output=True,
                                       env=environment, check=True).stdout
    assert requests.get(f"{address}{PATH}/hits", headers=headers, timeout=60).status_code == 401
    again = subprocess.run([*COMMAND, "token", "revoke", token_id], text=True, capture_output=True, env=environment)
    assert again.returncode == 2 and "there is no token" in again.stderr
    written = end()
    assert "store=embedded" in written
    for secret_word in (number, MIANYANG.partition(":")[2], secret, secret.removeprefix("duanka_"), PASSWORD, token):
        assert secret_word not in written
    assert secret not in listed


@pytest.mark.parametrize("kind", ["export", "token", "officer"])
def test_a_row_of_the_trail_that_was_changed_is_found(app, ground, store, kind):
    person = intruder(app, ground[0], "wang-fang")
    person.send(Operation("POST", "/export/list/queue"), "/export/list/queue", {"purpose": "x"})
    person.send(Operation("POST", "/account/tokens"), "/account/tokens",
                {"name": "n", "days": "1", "scope": "read:hits"})
    subjects = [row["subject"] for row in store.query("SELECT DISTINCT subject FROM case_events")]
    subject = next(each for each in subjects if each.startswith(f"{kind}:"))
    auditor = intruder(app, ground[0], "zhou-yi")
    trail = ground[0].beside.trail
    trail.refresh()
    assert "记录完整" in auditor.client.get("/audit").text
    kept = store.query("SELECT reason FROM case_events WHERE subject = {subject:String}", {"subject": subject})
    change = f"ALTER TABLE case_events UPDATE reason = {{0}} WHERE subject = '{subject}' SETTINGS mutations_sync = 1"
    store.command(change.format("'another'"))
    try:
        trail.refresh()
        html = auditor.client.get("/audit").text
        assert "记录完整" not in html and subject.partition(":")[0] in html and "内容与哈希不符" in html
    finally:
        store.command(change.format(f"'{kept[0]['reason']}'"))
    trail.refresh()
    assert "记录完整" in auditor.client.get("/audit").text
