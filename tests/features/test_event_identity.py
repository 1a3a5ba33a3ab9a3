"""What an event is known by, and the rows that travel to shards on its behalf."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.card_features import CardFeatures
from features.decode import decode
from features.events import TOPICS
from features.hashing import decimal_numbers, hash_strings
from features.partition import card_rows, device_rows, event_uids, shard_of, split_by_shard
from features.roles import CARD_ROW, PRIMARY
from features.subbatch import BadSubBatch, SubBatch
from tests.features.decoded import column_values
from tests.features.raw_records import LATEST_MS, T, any_chunks


@pytest.mark.parametrize("topic", list(TOPICS))
@settings(deadline=None, max_examples=20)
@given(st.data())
def test_an_events_uid_does_not_depend_on_its_neighbours(topic, data):
    raw = b"\n".join(data.draw(any_chunks(topic)))
    batch = decode(topic, raw, 0, LATEST_MS)
    together = event_uids(batch).tolist()
    lines = [raw[o:].split(b"\n")[0] for o in batch.offset.tolist()]
    assert together == [event_uids(decode(topic, line, 0, LATEST_MS))[0] for line in lines]


@pytest.mark.parametrize("topic", list(TOPICS))
@settings(deadline=None, max_examples=20)
@given(st.data())
def test_every_event_reaches_the_shard_of_each_card_and_is_counted_once(topic, data):
    batch = decode(topic, b"\n".join(data.draw(any_chunks(topic))), 0, LATEST_MS)
    uid = event_uids(batch)
    rows, names = card_rows(batch, uid)
    assert sorted(rows["uid"][(rows["flags"] & PRIMARY) > 0].tolist()) == sorted(uid.tolist())
    sent = [(shard, part) for shard, part in split_by_shard(rows, 8, ("f",), names)]
    assert sum(part.rows.size for _, part in sent) == rows.size
    assert all((shard_of(part.rows["entity"], 8) == shard).all() for shard, part in sent)
    said = []
    for _, part in sent:
        cards = CardFeatures()
        cards.push(SubBatch.from_bytes(part.to_bytes(), CARD_ROW))
        said += cards.card_names(part.rows)
    assert sorted(said) == sorted(_cards_of(batch))


def _cards_of(batch) -> list[str]:
    sides = {"cdr": ("phone:", "caller", "callee"), "txn": ("account:", "payer", "payee")}.get(batch.topic.name)
    if sides is None:
        return batch.columns["card"].to_pylist()
    return [sides[0] + name for side in sides[1:] for name in batch.columns[side].to_pylist()]


@pytest.mark.parametrize(
    "change",
    ['"event_id":"2"', f'"event_time":{T + 1}', '"payer":"C"', '"payee":"C"'],
)
def test_another_id_time_or_party_is_another_event(change):
    same = f'{{"event_id":"1","event_time":{T},"payer":"A","payee":"B","amount":1,"extra":1}}'
    other = same.replace('"extra":1', change)
    uid = event_uids(decode("txn", f"{same}\n{same}\n{other}".encode(), 0, LATEST_MS))
    assert uid[0] == uid[1] != uid[2]


def test_without_an_id_an_event_is_all_its_fields():
    base = f'{{"event_time":{T},"card":"phone:1","verdict":"cleared","officer":"o","lead_id":"l"}}'
    others = [("cleared", "confirmed"), ('"l"', '"m"'), ("phone:1", "phone:2"), ('"o"', '"p"'), (str(T), str(T + 1))]
    lines = [base, base, *(base.replace(old, new) for old, new in others)]
    uid = event_uids(decode("verdict", "\n".join(lines).encode(), 0, LATEST_MS)).tolist()
    assert uid[0] == uid[1] and len(set(uid)) == len(lines) - 1


@settings(deadline=None, max_examples=60)
@given(st.lists(st.one_of(st.text("0123456789", max_size=22), st.text(max_size=8), st.none()), max_size=20), st.data())
def test_numbers_and_hashes_of_any_slice(texts, data):
    array = pa.array(texts, pa.string())
    start = data.draw(st.integers(0, len(texts)))
    number, digits = decimal_numbers(array[start:])
    for text, n, d in zip(texts[start:], number.tolist(), digits.tolist()):
        if d:
            assert str(n).zfill(d) == text
        else:
            assert not text or not text.isascii() or not text.isdigit() or len(text) > 19
    assert hash_strings(array[start:], 3).tolist() == hash_strings(array, 3).tolist()[start:]
    assert (hash_strings(array, 3) == 0).tolist() == [not t for t in texts]


def test_equal_strings_of_different_kinds_are_different_entities():
    rows = []
    sides_of = {"cdr": '"kind":"voice","caller":"1","callee":"2"', "txn": '"payer":"1","payee":"2","amount":1'}
    for topic, sides in sides_of.items():
        batch = decode(topic, f'{{"event_id":"1","event_time":{T},{sides}}}'.encode(), 0, LATEST_MS)
        rows.append(card_rows(batch, event_uids(batch))[0]["entity"])
    assert not set(rows[0].tolist()) & set(rows[1].tolist())


def test_device_rows_only_where_a_device_is_named():
    line = '{{"event_id":"{}","event_time":{},"kind":"voice","caller":"1","callee":"2"{}}}'
    raw = "\n".join([line.format(1, T, ""), line.format(2, T, ',"imei":"x"'), line.format(3, T, ',"imei":""')]).encode()
    batch = decode("cdr", raw, 0, LATEST_MS)
    uid = event_uids(batch)
    assert device_rows(batch, uid)["uid"].tolist() == [uid[1]]
    assert column_values(batch.columns["imei"]) == ["", "x", ""]


def test_a_foreign_sub_batch_is_refused():
    blob = SubBatch(np.zeros(2, CARD_ROW)).to_bytes()
    with pytest.raises(BadSubBatch, match="DKB1"):
        SubBatch.from_bytes(b"XXXX" + blob[4:], CARD_ROW)
    with pytest.raises(BadSubBatch, match=str(CARD_ROW.itemsize)):
        SubBatch.from_bytes(blob, np.dtype("u1"))


@pytest.mark.parametrize("size", [7, 60])
def test_a_truncated_sub_batch_is_refused(size):
    with pytest.raises(BadSubBatch):
        SubBatch.from_bytes(SubBatch(np.zeros(2, CARD_ROW)).to_bytes()[:size], CARD_ROW)
