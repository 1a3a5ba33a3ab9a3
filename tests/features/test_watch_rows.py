"""Words about lists on their way to the shards."""

import orjson
import pytest

from features.decode import decode
from features.partition import card_rows, device_rows, event_uids, split_by_shard
from features.roles import CARD_ROW, DEVICE_ROW
from features.subbatch import SubBatch
from features.watch_rows import LIST_CODES, end_s, list_code, watch_texts, with_texts

AT = 1_700_000_000_000


def words(*said: dict):
    lines = [orjson.dumps({"event_time": AT, "list": "city", "action": "add"} | word) for word in said]
    batch = decode("watchlist", b"\n".join(lines), 0, AT)
    assert not batch.rejects
    return batch


@pytest.mark.parametrize(
    ("name", "code"),
    [("city", "2001"), ("3002", "3002"), ("3003 bank", "3003"), ("3001-x", "3001"), ("30021", "2001"),
     ("x3002", "2001"), ("3004", "2001")],
)  # fmt: skip
def test_a_list_stands_for_the_code_it_begins_with(name, code):
    assert LIST_CODES[list_code(name)] == code


def test_texts_travel_with_the_rows_that_speak_of_them():
    batch = words({"card": "account:1", "reason": "a"}, {"card": "account:2", "reason": "b"}, {"card": "phone:3"})
    rows, names = card_rows(batch, event_uids(batch))
    parts = with_texts(split_by_shard(rows, 64, ("f",), names), watch_texts(batch))
    assert len(parts) == 3
    wanted = {1: {"city", "a"}, 2: {"city", "b"}, 3: {"city"}}
    for _, part in parts:
        again = SubBatch.from_bytes(part.to_bytes(), CARD_ROW)
        assert again.texts == part.texts and set(again.texts.values()) == wanted[int(again.rows["number"][0])]


def test_a_batch_of_an_earlier_release_has_no_texts():
    batch = words({"card": "phone:3"})
    blob = SubBatch(card_rows(batch, event_uids(batch))[0], ("s",)).to_bytes()
    assert SubBatch.from_bytes(blob, CARD_ROW).texts is None


def test_only_accounts_on_case_involved_lists_go_to_the_links():
    batch = words({"card": "account:1"}, {"card": "phone:2"}, {"card": "account:3", "list": "3002"},
                  {"card": "account:4", "kind": "allow"}, {"card": "account:5", "action": "remove"})  # fmt: skip
    rows = device_rows(batch, event_uids(batch))
    assert rows.dtype == DEVICE_ROW and rows["card_kind"].tolist() == [1, 0, 0]


def test_ends_are_whole_seconds_rounded_up():
    batch = words({"card": "phone:1"}, *({"card": "phone:2", "expires_at": AT + ms} for ms in (1, 999, 1000)))
    assert end_s(card_rows(batch, event_uids(batch))[0]["value"]).tolist() == [0, *[AT // 1000 + 1] * 3]
