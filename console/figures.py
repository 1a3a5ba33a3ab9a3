"""The figures of a card's charts, as they go out with its page."""

from typing import Any

from connectors.queries import CardView


def figures_of(view: CardView) -> dict[str, Any]:
    """Return what the charts draw, oldest first; times are UTC ms, money yuan, talks seconds.

    Returns
    -------
    dict
        hits: [first, peak, last, risk, level]; calls: [time, seconds, 1 out or -1 in];
        money: [time, yuan, negative where it went out].
    """
    hits = [[hit["first_seen_ms"], hit["peak_time_ms"], hit["last_seen_ms"], hit["risk"], hit["level"]]
            for hit in reversed(view.hits)]
    calls, money = [], []
    for event in reversed(view.events):
        if event["topic"] == "cdr":
            calls.append([event["event_time_ms"], event["duration_s"] or 0, 1 if event["role"] == "caller" else -1])
        elif event["topic"] == "txn":
            fen = event["amount_fen"] or 0
            money.append([event["event_time_ms"], (-fen if event["role"] == "payer" else fen) / 100])
    return {"hits": hits, "calls": calls, "money": money}
