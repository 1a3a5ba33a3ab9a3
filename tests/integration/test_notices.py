"""Notices on real parts: the embedded store, a server for webhooks and one for mail on loopback."""

import json
import logging
import signal
import threading
import time
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from aiosmtpd.controller import Controller

from casework.event import Act
from casework.lead_case import Outcome, close_lead, take_lead
from casework.officers import Role, add_officer
from casework.policy import Policy
from connectors.clickhouse import open_store
from connectors.errors import StoreUnavailableError
from connectors.queries.notice_rows import latest_notices
from connectors.schema import migrate
from jobs.casework.desk import Desk
from jobs.following import follow
from jobs.notices.channels import open_channels
from jobs.notices.errors import BadNotices
from jobs.notices.rounds import Rounds, once
from jobs.notices.sending import Sending
from jobs.notices.settings_file import ChannelAddress, load_notices
from jobs.notices.sources import Sources
from tests.integration.duanka import Duanka
from tests.waiting import PATIENCE_S

HOUR_MS = 3_600_000
SECRET = "hush4711token"
CARD, LEAD_CARD, VICTIM = "phone:13800000001", "account:6222000000000002", "13900000003"
NUMBERS = ("13800000001", "6222000000000002", "13900000003", "6222999000000001")


class Webhook:
    """Answers with `status`; keeps what it was told."""

    def __init__(self):
        self.status, self.got, self.asked = 200, [], 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.asked += 1
                if outer.status == 200:
                    outer.got.append(json.loads(body)["message"])
                self.send_response(outer.status)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.server.server_port}/hook/{SECRET}"


class Mailbox:
    def __init__(self):
        self.got = []

    async def handle_DATA(self, server, session, envelope):
        self.got.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=default)))
        return "250 OK"


class AnyPort(Controller):
    """Takes a free port, and looks for itself there."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def webhook():
    made = Webhook()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def mail():
    box = Mailbox()
    controller = AnyPort(box, hostname="127.0.0.1", port=0)
    controller.start()
    box.port = controller.port
    yield box
    controller.stop()


@pytest.fixture
def station(tmp_path, webhook, mail):
    """A store with officers, and a file of notices without quiet hours or windows."""
    file = tmp_path / "notices.toml"
    mailto = f"mailto://127.0.0.1:{mail.port}?smtp=127.0.0.1&mode=insecure&from=duanka@police.test&to=li@police.test"
    (tmp_path / "hook").write_text(webhook.url)
    file.write_text(f"""
poll_s = 0.2
window_s = 0
quiet_from = "00:00"
quiet_until = "00:00"
attempts = 3
first_wait_s = 0.05
[channels]
li-mail = "{mailto}"
hook = {{file = "{tmp_path / 'hook'}"}}
[officers]
li-wei = ["li-mail"]
[fallback]
"*" = ["hook"]
""")
    made = Duanka(tmp_path, {"notices": str(file), "officer": "wang-fang", "purpose": "case 2026-17"})
    with open_store(made.store_url) as store:
        migrate(store)
        for name, role, territory in (("wang-fang", Role.SUPERVISOR, "51"), ("li-wei", Role.HANDLER, "5101")):
            Desk(store, Policy()).on_officer(name, Act("", "wang-fang", 0), add_officer, role=role,
                                             territories=(territory,))
        fill(store)
        made.store = store
        yield made
    made.close()


def fill(store) -> None:
    """A victim in Chengdu, whose officer has mail; a red hit and an overdue lead in Mianyang; what is too old."""
    now_ms = time.time_ns() // 1_000_000
    store.insert("card", {"uid": [1, 2, 3], "event_id": ["o1", "o2", "o3"], "event_time": [now_ms - HOUR_MS] * 3,
                          "card": [CARD, LEAD_CARD, f"phone:{VICTIM}"], "action": ["open"] * 3,
                          "area": ["510704", "510704", "510104"]})
    store.insert("lead", {"uid": [11, 12], "lead_id": ["L1", "L-old"], "source": ["center"] * 2,
                          "pushed_at": [now_ms - 50 * HOUR_MS] * 2, "card": [LEAD_CARD] * 2,
                          "due_at": [now_ms - HOUR_MS, now_ms - 40 * HOUR_MS]})
    hits = {"hit_id": ["h1", "h-old", "h-blue"], "level": ["red", "red", "blue"],
            "last_seen": [now_ms, now_ms - 40 * HOUR_MS, now_ms]}
    store.insert("hits", hits | {"card": [CARD] * 3, "first_seen": hits["last_seen"], "peak_time": hits["last_seen"],
                                 "typologies": [["D201"]] * 3, "risk": [930, 930, 100], "version": [1] * 3})
    warn(store, "w1", "orange", 1)
    warn(store, "w-old", "red", 1, now_ms - 40 * HOUR_MS)


def warn(store, name: str, level: str, version: int, at_ms: int | None = None) -> None:
    at_ms = at_ms or time.time_ns() // 1_000_000
    store.insert("warnings", {"warning_id": [name], "person": [VICTIM], "account": ["6222999000000001"],
                              "level": [level], "event_time": [at_ms], "warned_at": [at_ms], "amount_fen": [800_000],
                              "typologies": [["D301"]], "version": [version]})


def record(store) -> list[tuple]:
    return sorted((r["subject"], r["stage"], r["officer"], r["channel"], r["state"], r["attempts"])
                  for r in latest_notices(store))


def harmless(*texts: str) -> None:
    for text in texts:
        assert SECRET not in text
        assert not any(number in text for number in NUMBERS)


def test_each_is_told_to_its_handler_once_and_it_is_on_record(station, webhook, mail):
    done = station.run("notices", "run", "--once")
    assert done.returncode == 0, done.stderr
    assert record(station.store) == [
        ("hit:h1", "red", "wang-fang", "hook", "sent", 1), ("lead:L1", "overdue", "wang-fang", "hook", "sent", 1),
        ("warning:w1", "orange", "li-wei", "li-mail", "sent", 1)]
    grouped, = webhook.got
    assert all(word in grouped for word in ("h1", "L1", "…0001", "…0002", "D201", "逾期", "overdue"))
    (to, message), = mail.got
    text = message.get_body(("plain", "html")).get_content()
    assert to == ["li@police.test"] and "victim warning (orange)" in message["Subject"] and "受害人预警" in text
    assert "…0003" in text and "8,000.00" in text and "w1" in text
    # a raised level goes out once more, nothing else does
    warn(station.store, "w1", "red", 2)
    for _ in range(2):
        settings = load_notices(station.folder / "notices.toml")
        desk, stop = Desk(station.store, Policy()), threading.Event()
        sending = Sending(open_channels(settings.channels), 3, 0.05, 1)
        once(Rounds(station.store, Sources(desk, settings), settings, sending), stop)
        sending.close()
    assert len(webhook.got) == 1 and ["(red)" in m["Subject"] for _, m in mail.got] == [False, True]
    listed = station.run("notices", "list", "--format", "json")
    rows = json.loads(listed.stdout)
    assert len(rows) == 4 and all(row["ended"] for row in rows) and listed.returncode == 0
    seen = station.store.query("SELECT command, purpose FROM lookups")
    assert {"command": "notices list", "purpose": "case 2026-17"} in seen
    everything = station.store.query("SELECT * FROM notices")
    harmless(done.stdout, done.stderr, listed.stdout, str(everything), grouped, text)


def test_a_webhook_that_fails_is_tried_again_and_then_recorded(station, webhook, mail, caplog):
    webhook.status = 500
    settings = load_notices(station.folder / "notices.toml")
    channels = open_channels(settings.channels)
    sending = Sending(channels, settings.attempts, settings.first_wait_s, 1)
    rounds = Rounds(station.store, Sources(Desk(station.store, Policy()), settings), settings, sending)
    once(rounds, threading.Event())
    assert webhook.asked == 3 and len(mail.got) == 1, "the one that fails keeps no other waiting"
    failed = [row for row in latest_notices(station.store) if row["state"] == "failed"]
    assert {(row["subject"], row["attempts"]) for row in failed} == {("hit:h1", 3), ("lead:L1", 3)}
    assert all("500" in row["error"] for row in failed) and "failed after 3 attempts" in caplog.text
    # nobody there at all: the reason is kept, the address is not
    webhook.server.shutdown()
    webhook.server.server_close()
    reason = channels["hook"].send("x", "y")
    assert "onnection" in reason
    sending.close()
    harmless(caplog.text, str(failed), reason, repr(channels), repr(settings))


def test_killed_between_intent_and_end_it_goes_out_again_under_the_same_id(station, webhook, mail):
    webhook.status = 503
    text = (station.folder / "notices.toml").read_text()
    (station.folder / "notices.toml").write_text(text.replace("first_wait_s = 0.05", "first_wait_s = 60"))
    process = station.start("notices", "run")
    until = time.monotonic() + PATIENCE_S
    while (webhook.asked < 1 or not mail.got) and time.monotonic() < until and process.poll() is None:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=PATIENCE_S)
    intended = {r["subject"]: r["notice_id"] for r in latest_notices(station.store, "intended")}
    assert {"hit:h1", "lead:L1"} <= set(intended) and len(set(intended[s] for s in ("hit:h1", "lead:L1"))) == 1
    webhook.status = 200
    process = station.start("notices", "run")
    until = time.monotonic() + PATIENCE_S
    while latest_notices(station.store, "intended") and time.monotonic() < until and process.poll() is None:
        time.sleep(0.05)
    # its end: nothing is left behind, and the exit is clean
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0 and "Traceback" not in err, err
    again, = webhook.got
    assert intended["hit:h1"] in again
    assert {row["state"] for row in latest_notices(station.store)} == {"sent"}
    harmless(out, err)


class Away:
    """The real store, which takes no rows of the record while it is `away`."""

    def __init__(self, store):
        self._store, self.away = store, False

    def __getattr__(self, name):
        return getattr(self._store, name)

    def insert(self, table, columns, token=None):
        if self.away:
            raise StoreUnavailableError("the store did not answer")
        return self._store.insert(table, columns, token)


def test_what_ends_while_the_store_is_away_is_noted_later_and_sent_once(station, webhook, mail):
    settings = load_notices(station.folder / "notices.toml")
    store, stop = Away(station.store), threading.Event()
    sending = Sending(open_channels(settings.channels), 3, 0.05, 1)
    rounds = Rounds(store, Sources(Desk(store, Policy()), settings), settings, sending)
    assert rounds.round() == 2
    store.away = True
    until = time.monotonic() + PATIENCE_S
    while not (webhook.got and mail.got) and time.monotonic() < until:
        time.sleep(0.02)
    following = threading.Thread(target=follow, args=(rounds.round, stop, 0.05, logging.getLogger("duanka.notices")))
    following.start()
    time.sleep(0.3)
    assert {row["state"] for row in latest_notices(station.store)} == {"intended"}
    store.away = False
    while latest_notices(station.store, "intended") and time.monotonic() < until:
        time.sleep(0.02)
    stop.set()
    following.join()
    sending.close()
    assert {row["state"] for row in latest_notices(station.store)} == {"sent"}
    assert len(webhook.got) == len(mail.got) == 1


def test_what_is_held_is_on_record_and_dropped_when_no_longer_needed(station, webhook):
    text = (station.folder / "notices.toml").read_text().replace("window_s = 0", "window_s = 86400")
    (station.folder / "notices.toml").write_text(text)
    settings = load_notices(station.folder / "notices.toml")
    sending = Sending(open_channels(settings.channels), 1, 0.05, 1)
    desk, stop = Desk(station.store, Policy()), threading.Event()
    once(Rounds(station.store, Sources(desk, settings), settings, sending), stop)
    held = latest_notices(station.store, "held")
    assert {row["subject"] for row in held} == {"hit:h1", "lead:L1"} and not webhook.got
    assert all(row["due_ms"] % 86_400_000 == 0 for row in held)
    act = Act("", "wang-fang", 0, "x")
    by, lead = desk.officer("wang-fang"), desk.lead("L1")
    desk.on_lead(lead, act, lambda case, a: take_lead(case, lead, by, a))
    desk.on_lead(lead, act, lambda case, a: close_lead(case, lead, by, Outcome.UNDECIDED, None, a))
    once(Rounds(station.store, Sources(desk, settings), settings, sending), stop)
    sending.close()
    assert [row["subject"] for row in latest_notices(station.store, "dropped")] == ["lead:L1"]
    assert [row["subject"] for row in latest_notices(station.store, "held")] == ["hit:h1"]


def test_a_wrong_file_is_refused_with_a_sentence(tmp_path, station):
    def refused(text: str) -> str:
        (tmp_path / "n.toml").write_text(text)
        with pytest.raises(BadNotices) as error:
            open_channels(load_notices(tmp_path / "n.toml").channels)
        assert SECRET not in str(error.value)
        return str(error.value)

    good = f'[channels]\na = "jsons://host/{SECRET}"\n[fallback]\n"*" = ["a"]\n'
    assert "did you mean 'window_s'" in refused("windows_s = 3\n" + good)
    assert "no channel is called 'b'" in refused(good.replace('["a"]', '["b"]'))
    assert "last resort" in refused(good.replace('"*"', '"51"'))
    assert "without TLS" in refused(good.replace("jsons:", "json:"))
    assert "without TLS" in refused(good.replace("jsons://host/", "mailto://u:p@mail.example?mode=insecure&x="))
    assert "verify=no" in refused(good.replace(SECRET, f"{SECRET}?verify=no"))
    assert "got another" in refused(good.replace("jsons:", "syslog:"))
    assert "not TOML" in refused(good.replace("]\na", "\na"))
    assert "Asia/Shanghai" in refused('time_zone = "China"\n' + good)
    assert "is not set" in refused(good.replace(f'"jsons://host/{SECRET}"', '{env = "NO_SUCH_VARIABLE"}'))
    assert "cannot be read" in refused(good.replace(f'"jsons://host/{SECRET}"', '{file = "/no/such"}'))
    assert "no file is named" in str(pytest.raises(BadNotices, load_notices, None).value)
    open_channels({"a": ChannelAddress(url="json://127.0.0.1/x"), "b": ChannelAddress(url="json://host/x", plain=True)})
    station.settings["notices"] = str(tmp_path / "n.toml")
    done = station.run("notices", "run")
    assert done.returncode == 2 and "error: notices:" in done.stderr and "Traceback" not in done.stderr


def test_check_says_which_channel_works(station, webhook, mail):
    webhook.status = 403
    done = station.run("notices", "check")
    assert done.returncode == 1 and "li-mail: 正常 / works" in done.stdout and "hook: 失败 / failed" in done.stdout
    assert len(mail.got) == 1
    harmless(done.stdout, done.stderr)
