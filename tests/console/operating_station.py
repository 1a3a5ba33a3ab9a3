"""What a job leaves behind for operators and analysts: counts, dead letters, models, a shadow."""

import json

import numpy as np

from connectors.clickhouse import Store

RUN = "run-20260301T120000-000001"
CHAMPION, SHADOW, FIRST = "c" * 16, "5" * 16, "f" * 16
RAW_TEXT = b'{"event_id": "x", "caller": "13812345678", "callee": "<script>alert(1)</script>"}'
RAW_BYTES = bytes(range(256)) + b"\xff13812345678"
HOUR_MS, DAY_MS, MINUTE_MS = 3_600_000, 86_400_000, 60_000


def fill_counts(store: Store, now_ms: int) -> None:
    """An hour of a running job whose counts add up, another run that lost a record, and dead letters."""
    for ago in range(50):
        store.insert("chunk_counts", {"run_id": [RUN], "topic": ["cdr" if ago % 5 else "txn"], "source": ["part-0"],
                                      "start": [ago], "bytes": [200_000], "records": [1200 + 60 * (ago % 7)],
                                      "dead": [int(ago < 2)], "updated_at": [now_ms - ago * MINUTE_MS]})
    read = store.query("SELECT sum(records) AS n FROM chunk_counts")[0]["n"]
    store.insert("shard_counts", {"run_id": [RUN] * 2, "shard": [0, 1], "scored": [read - 1003, 1000],
                                  "repeated": [1, 0], "late": [7, 5], "alerts": [3, 4], "updated_at": [now_ms] * 2})
    store.insert("chunk_counts", {"run_id": ["run-lossy"], "topic": ["cdr"], "source": ["old"], "start": [0],
                                  "bytes": [9], "records": [10], "dead": [0], "updated_at": [now_ms - 3 * DAY_MS]})
    store.insert("shard_counts", {"run_id": ["run-lossy"], "shard": [0], "scored": [9], "repeated": [0], "late": [0],
                                  "alerts": [0], "updated_at": [now_ms - 3 * DAY_MS]})
    store.insert("dead_letters", {
        "dead_id": ["a1", "b2"], "topic": ["cdr", "txn"], "source": ["part-0", "part-0"], "offset": [17, 4],
        "reason": ["bad_time", "invalid_utf8"], "detail": ["event_time of 13812345678", "byte 255"],
        "raw": [RAW_TEXT, RAW_BYTES], "received_at": [now_ms, now_ms - HOUR_MS]})


def fill_models(store: Store, now_ms: int) -> None:
    """Three models, of which one was champion before; deeds, drifts, samples."""
    metrics = {"auc": 0.9412, "average_precision": 0.71, "brier": 0.043}
    for number, version in ((1, FIRST), (2, CHAMPION), (3, SHADOW)):
        created = now_ms - (60 - 10 * number) * DAY_MS
        training = {"family": "HistGradientBoostingClassifier", "from_ms": created - 30 * DAY_MS, "to_ms": created,
                    "tested_to_ms": created + DAY_MS, "labels": {"bad": 412, "good": 9120}, "features": ["a"],
                    "metrics": {name: value + 0.01 * number for name, value in metrics.items()}}
        manifest = {"created_ms": created, "author": "chen-yu", "note": "", "feature_set": 1,
                    "training": {"phone": training, "account": training}}
        store.insert("model_versions", {"version": [version], "number": [number], "manifest": [json.dumps(manifest)],
                                        "snapshot_hex": [version.encode().hex() * 100]})
    deeds = [("store", 1, FIRST, "release", ""), ("publish", 1, FIRST, "release", "ships with the release"),
             ("store", 2, CHAMPION, "chen-yu", ""), ("publish", 2, CHAMPION, "wang-fang", "better on March"),
             ("store", 3, SHADOW, "chen-yu", ""), ("shadow", 3, SHADOW, "chen-yu", "newer verdicts"),
             ("taken", 3, SHADOW, RUN, "")]
    store.insert("model_events", {
        "seq": list(range(1, 8)), "at": [now_ms - (20 - k) * DAY_MS for k in range(7)],
        "action": [d[0] for d in deeds], "number": [d[1] for d in deeds], "version": [d[2] for d in deeds],
        "officer": [d[3] for d in deeds], "reason": [d[4] for d in deeds], "effective_ms": [None] * 7,
        "role": [""] * 6 + ["shadow"], "follows": [0] * 6 + [6]})
    store.insert("learning_reports", {
        "run_id": ["l1"] * 2, "kind": ["phone", "account"], "event_time": [now_ms - DAY_MS, now_ms - 2 * DAY_MS],
        "what": ["drift", "candidate"], "message": ["challenger started (verdicts)", "no worse than the champion"],
        "passed": [0, 1], "version": ["", SHADOW],
        "figures": [json.dumps({"before": 0.21, "after": 0.334, "labels": 512}), "{}"]})
    rng = np.random.default_rng(4)
    n = 2000
    store.insert("feature_samples", {
        "kind": (["phone"] * 3 + ["account"]) * (n // 4),
        "event_time": [now_ms - int(x) for x in rng.integers(0, 10 * DAY_MS, n)],
        "uid": list(range(n)), "entity": list(range(n)), "role": [1] * n,
        "risk": rng.gamma(1.2, 60, n).clip(0, 999).tolist(),
        "strength": [0.0] * n, "drawn": [1] * n, "feature_set": ["x"] * n, "feature_values": [[0.0]] * n,
        "model_version": [CHAMPION] * n})
    store.insert("typology_versions", {"version": ["t-2026-03"], "rules": [""]})


def fill_shadow(store: Store, now_ms: int, judged: int = 400, lift: float = 0.25, seed: int = 9) -> None:
    """Cards that either model put at a level, the first `judged` with verdicts; the shadow sees more by `lift`."""
    rng, n = np.random.default_rng(seed), 1200
    bad = rng.random(n) < 0.35
    ease = rng.normal(0, 0.12, n)
    champion = np.clip(0.45 + 0.12 * bad + ease + rng.normal(0, 0.1, n), 0.02, 0.99) + 1e-6 * rng.random(n)
    shadow = np.clip(0.40 + (0.12 + lift) * bad + ease + rng.normal(0, 0.1, n), 0.02, 0.99) + 1e-6 * rng.random(n)
    cards = [f"phone:1861000{k:04}" for k in range(n)]
    begun = now_ms - 9 * DAY_MS
    at = [begun + k * 60_000 for k in range(n)]
    store.insert("shadow_scores", {
        "uid": list(range(n)), "event_time": at, "card": cards, "score": champion.tolist(),
        "level": np.digitize(champion, (0.4, 0.55, 0.7, 0.85)).tolist(), "model_version": [CHAMPION] * n,
        "shadow_score": shadow.tolist(), "shadow_level": np.digitize(shadow, (0.4, 0.55, 0.7, 0.85)).tolist(),
        "shadow_version": [SHADOW] * n})
    # What is known after the verdict shall not count: there both models are certain and wrong.
    store.insert("shadow_scores", {
        "uid": list(range(n, n + judged)), "event_time": [now_ms] * judged, "card": cards[:judged],
        "score": [0.99] * judged, "level": [4] * judged, "model_version": [CHAMPION] * judged,
        "shadow_score": [0.99] * judged, "shadow_level": [4] * judged, "shadow_version": [SHADOW] * judged})
    store.insert("verdict", {
        "uid": list(range(90_000, 90_000 + judged)), "event_time": [now_ms - 5 * DAY_MS] * judged,
        "card": cards[:judged], "verdict": ["confirmed" if b else "cleared" for b in bad[:judged]],
        "officer": ["li-wei"] * judged})


def forget_shadow(store: Store) -> None:
    for table in ("shadow_scores", "verdict"):
        store.command(f"TRUNCATE TABLE {table}")
