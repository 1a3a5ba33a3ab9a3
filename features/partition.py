"""Send each event to the shard of every entity it concerns."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.decode import EventBatch
from features.device import CONFIRMED
from features.events import TOPICS, VERDICTS
from features.hashing import combine_all, decimal_numbers, hash_strings
from features.owners import phone_codes, phone_halves
from features.roles import (
    ACCOUNT,
    ACCOUNT_SEED,
    CARD_ROW,
    CORPORATE,
    DEVICE_ROW,
    DEVICE_SEED,
    EVENT_SEED,
    IN,
    LINK,
    NOTE,
    OUT,
    PHONE,
    PHONE_SEED,
    PLACE_SEED,
    PRIMARY,
    pick,
)
from features.subbatch import SubBatch
from features.validate import ABSENT
from features.watch_rows import say_watch, watch_device_rows

TOPIC_INDEX = {name: i for i, name in enumerate(TOPICS)}


def event_uids(batch: EventBatch) -> np.ndarray:
    """Identity of each event, uint64: its source's identifier, its time and the parties to it.

    A record delivered twice has the same uid and is refused as a duplicate the second time.
    """
    columns = batch.columns
    topic = batch.topic
    uid = np.full(len(batch), TOPIC_INDEX[topic.name] + 1, np.uint64)
    uid = combine_all(uid, batch.time_ms.view(np.uint64))
    # Without an identifier of its own, an event is what all its fields say.
    by_content = [f.name for f in topic.fields if isinstance(columns[f.name], pa.StringArray)]
    identity = [topic.id_field, *_parties(topic.name)] if topic.id_field else by_content
    for name in identity:
        uid = combine_all(uid, hash_strings(columns[name], EVENT_SEED))
    if not topic.id_field:
        for field in topic.fields:
            if isinstance(columns[field.name], np.ndarray):
                uid = combine_all(uid, columns[field.name].astype(np.int64).view(np.uint64))
    return uid


def _parties(topic: str) -> tuple[str, ...]:
    return {"cdr": ("caller", "callee"), "txn": ("payer", "payee")}.get(topic, ("card",))


def shard_of(entity: np.ndarray, shards: int) -> np.ndarray:
    """Shard of each entity hash; `shards` is a power of two."""
    return (entity >> np.uint64(40)).astype(np.int64) & (shards - 1)


def card_rows(batch: EventBatch, uid: np.ndarray) -> tuple[np.ndarray, pa.StringArray]:
    """Rows for the card shards, and the card name behind each row.

    Returns
    -------
    rows : ndarray of CARD_ROW, shape (m,)
        Two a call or payment, one otherwise; exactly one of an event's rows is PRIMARY.
    names : pyarrow.StringArray, length m
        Numbers without their ``phone:`` or ``account:`` prefix.
    """
    match batch.topic.name:
        case "cdr":
            return _two_sided(batch, uid, "caller", "callee", PHONE, PHONE_SEED)
        case "txn":
            return _two_sided(batch, uid, "payer", "payee", ACCOUNT, ACCOUNT_SEED)
        case _:
            return _one_sided(batch, uid)


def _blank(batch: EventBatch, uid: np.ndarray) -> np.ndarray:
    rows = np.zeros(len(batch), CARD_ROW)
    rows["time"] = batch.time_ms
    rows["uid"] = uid
    rows["offset"] = batch.offset
    rows["topic"] = TOPIC_INDEX[batch.topic.name]
    rows["value"] = ABSENT
    rows["balance"] = ABSENT
    rows["kind"] = -1
    rows["answered"] = -1
    return rows


def _two_sided(batch, uid, out_name, in_name, kind, seed):
    columns = batch.columns
    both = (columns[out_name], columns[in_name])
    entity = [hash_strings(names, seed) for names in both]
    number, digits = zip(*(decimal_numbers(names) for names in both))
    rows = _blank(batch, uid)
    rows["card_kind"] = kind
    if kind == PHONE:
        rows["value"] = columns["duration_s"]
        rows["kind"] = columns["kind"]
        rows["answered"] = columns["answered"]
    else:
        rows["value"] = columns["amount"]
        rows["kind"] = columns["channel"]
    sides = []
    for side, role in ((0, OUT), (1, IN)):
        mine = rows.copy() if side == 0 else rows
        mine["role"] = role
        mine["entity"], mine["peer"] = entity[side], entity[1 - side]
        mine["number"], mine["digits"] = number[side], digits[side]
        mine["peer_number"], mine["peer_digits"] = number[1 - side], digits[1 - side]
        if kind == ACCOUNT:
            mine["imei"], mine["cell"] = phone_halves(columns[("payer_phone", "payee_phone")[side]])
        if role == OUT:
            mine["flags"] = PRIMARY
            mine["area"] = _area(columns["area"])
            if kind == PHONE:
                mine["home_area"] = _area(columns["home_area"])
                mine["imei"] = _hash32(columns["imei"], DEVICE_SEED)
                mine["cell"] = _hash32(columns["cell"], PLACE_SEED)
            else:
                mine["balance"] = columns["balance_after"]
        elif kind == ACCOUNT:
            mine["balance"] = phone_codes(columns["payer_phone"]).view(np.int64)
        sides.append(mine)
    return np.concatenate(sides), pa.concat_arrays(both)


def _one_sided(batch: EventBatch, uid: np.ndarray):
    columns = batch.columns
    card = columns["card"]
    is_phone = pc.starts_with(card, "phone:").to_numpy(zero_copy_only=False).astype(bool)
    name = pc.replace_substring_regex(card, "^(phone|account):", "")
    rows = _blank(batch, uid)
    rows["role"] = NOTE
    rows["flags"] = PRIMARY
    rows["card_kind"] = np.where(is_phone, PHONE, ACCOUNT)
    rows["entity"] = np.where(is_phone, hash_strings(name, PHONE_SEED), hash_strings(name, ACCOUNT_SEED))
    rows["number"], rows["digits"] = decimal_numbers(name)
    for choice in ("action", "verdict"):
        if choice in columns:
            rows["kind"] = columns[choice]
    if batch.topic.name == "watchlist":
        say_watch(rows, batch)
    if "linked_phone" in columns:
        rows["imei"], rows["cell"] = phone_halves(pc.if_else(pa.array(is_phone), "", columns["linked_phone"]))
    if "area" in columns:
        rows["home_area"] = _area(columns["area"])
    if "corporate" in columns:
        rows["flags"] |= np.where(columns["corporate"] == 1, CORPORATE, 0).astype(np.uint8)
    return rows, name


def _area(names: pa.StringArray) -> np.ndarray:
    """GB/T 2260 codes as numbers: the leading two digits are the province; 0 for anything else."""
    number, digits = decimal_numbers(names)
    return np.where(digits == 6, number, 0).astype(np.uint32)


def _hash32(names: pa.StringArray, seed: int) -> np.ndarray:
    return hash_strings(names, seed).astype(np.uint32)


def device_rows(batch: EventBatch, uid: np.ndarray) -> np.ndarray:
    """Rows for the device shards: the caller's handset, the payer's device, both sides' links; every verdict.

    And what lists of case-involved cards say of accounts.

    A verdict names a card and no device: its rows (role NOTE) go to every shard, see
    :func:`to_every_shard`.

    Returns
    -------
    ndarray of DEVICE_ROW, shape (m,), m <= 3 * len(batch)
    """
    if batch.topic.name == "verdict":
        return _verdict_rows(batch, uid)
    if batch.topic.name == "watchlist":
        return watch_device_rows(_one_sided(batch, uid)[0])
    column, card, kind, seed = {
        "cdr": ("imei", "caller", PHONE, PHONE_SEED),
        "txn": ("device", "payer", ACCOUNT, ACCOUNT_SEED),
    }.get(batch.topic.name, (None, None, 0, 0))
    if column is None:
        return np.zeros(0, DEVICE_ROW)
    device = hash_strings(batch.columns[column], DEVICE_SEED)
    known = device != 0
    rows = np.zeros(int(known.sum()), DEVICE_ROW)
    rows["time"] = batch.time_ms[known]
    rows["uid"] = uid[known]
    rows["entity"] = device[known]
    rows["card"] = hash_strings(batch.columns[card], seed)[known]
    rows["topic"] = TOPIC_INDEX[batch.topic.name]
    rows["role"] = OUT
    rows["card_kind"] = kind
    return np.concatenate([rows, *_link_rows(batch, uid)]) if batch.topic.name == "txn" else rows


def _link_rows(batch: EventBatch, uid: np.ndarray) -> list[np.ndarray]:
    """Each payment from either side, but to oneself: for the shards that keep the accounts' links."""
    payer, payee = (hash_strings(batch.columns[side], ACCOUNT_SEED) for side in ("payer", "payee"))
    sides = []
    for role, account, counterpart in ((OUT, payer, payee), (IN, payee, payer)):
        rows = np.zeros(len(batch), DEVICE_ROW)
        rows["time"], rows["uid"] = batch.time_ms, uid
        rows["entity"], rows["card"] = account, counterpart
        rows["topic"], rows["role"], rows["card_kind"] = TOPIC_INDEX["txn"], role, ACCOUNT
        rows["flags"] = LINK
        rows["yuan"] = batch.columns["amount"] / 100.0
        sides.append(pick(rows, payer != payee))
    return sides


def _verdict_rows(batch: EventBatch, uid: np.ndarray) -> np.ndarray:
    about = _one_sided(batch, uid)[0]
    rows = np.zeros(len(batch), DEVICE_ROW)
    for name in ("time", "uid", "entity", "topic", "role", "card_kind"):
        rows[name] = about[name]
    rows["card"] = about["entity"]
    rows["flags"] = np.where(about["kind"] == VERDICTS.index("confirmed"), CONFIRMED, 0)
    return rows


def to_every_shard(rows: np.ndarray, shards: int) -> list[tuple[int, SubBatch]]:
    """The same rows for each shard."""
    return [(shard, SubBatch(rows)) for shard in range(shards)] if rows.size else []


def split_by_shard(
    rows: np.ndarray, shards: int, sources: tuple[str, ...] = (), names: pa.StringArray | None = None
) -> list[tuple[int, SubBatch]]:
    """Cut rows into one sub-batch per shard that gets any.

    Parameters
    ----------
    sources : tuple of str
        What the rows' `source` counts in (a file, partitions), for the dead letters.
    names : pyarrow.StringArray, optional
        Card name of each row; kept only where the number does not tell it.
    """
    # Narrow keys are sorted by counting.
    shard = shard_of(rows["entity"], shards).astype(np.uint16)
    order = np.argsort(shard, kind="stable")
    rows = pick(rows, order)
    bounds = np.searchsorted(shard[order], np.arange(shards + 1))
    batches = []
    for s in np.flatnonzero(np.diff(bounds)).tolist():
        part = rows[bounds[s] : bounds[s + 1]]
        spelled = {}
        if names is not None:
            at = np.flatnonzero(part["digits"] == 0)
            for i, row in zip(at.tolist(), order[bounds[s] + at].tolist()):
                spelled[int(part["entity"][i])] = names[row].as_py()
        batches.append((s, SubBatch(part, sources, spelled or None)))
    return batches
