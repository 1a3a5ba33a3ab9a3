"""The cards around a card, hop by hop, and everything that went between them."""

from collections.abc import Iterable

from connectors.clickhouse import Store
from connectors.queries.entity_view import judged
from connectors.queries.flow_edges import Span, event_counts, partners, sums_among
from connectors.queries.tainted_accounts import tainted_of, tainted_sums
from console.graphs.asked import Asked
from console.graphs.graph import Edge, Graph, Node, Sum

#: Partners of a card that are told apart in each direction, and added where it was opened by hand (ours).
TOP, FEW = 500, 12
#: Partners with which there was so many times less than with the weightiest are left among the others (ours): the
#: groceries of somebody who passes a hundred thousand on. A card opened by hand shows them.
WITHIN = 50
#: A card with more rows in the last days is not opened by itself (ours): a shop, an employer, a bank's own account.
BUSY_ROWS, BUSY_MS = 5_000, 7 * 86_400_000
BOTH = (0, 1)


def neighbourhood(store: Store, span: Span, centres: Iterable[str], opened: Iterable[str], asked: Asked) -> Graph:
    """Return the picture's content.

    Those that pay are found against the stream and those that are paid with it, unless any connection is
    asked for; then cards that were opened by hand. Of each hop the weightiest are taken, up to half of what is
    still free of `asked.most`, and as many on either side.

    Parameters
    ----------
    centres, opened : iterable of str
        Cards. One that was opened counts where the picture has come to it.
    """
    nodes = {card: Node(card, 0, 0) for card in centres}
    if not nodes:
        return Graph({}, [])
    least = asked.least * (100 if span.topic == "txn" else 1)
    read: dict[str, list[dict]] = {}
    for turn in range(1, asked.hops + 2):
        unread = [node for node in nodes.values() if node.hops < asked.hops and not node.sides and not node.is_busy]
        room = asked.most - len(nodes)
        if not unread or room <= 0:
            break
        rows = _followed(_read(store, span, unread, asked.way, read), nodes, least)
        if turn < asked.hops:
            _take(nodes, rows, room // 2)
        else:  # the rest goes to the weightiest of any hop, and one more turn to what these lead to
            rows = [row for some in read.values() for row in _followed(some, nodes, least)]
            _take(nodes, sorted(rows, key=lambda row: -row["weight"]), room)
    waiting = list(dict.fromkeys(opened))
    while found := [card for card in waiting if card in nodes and nodes[card].sides != BOTH]:
        for card in found:
            nodes[card].sides, nodes[card].is_busy = BOTH, False
        rows = partners(store, span, found, TOP)
        read |= {card: [row for row in rows if row["card"] == card] for card in found}
        _take(nodes, [row for card in found for side in BOTH for row in [
            row for row in read[card] if row["is_out"] == side and row["partner"] and row["weight"] >= least][:FEW]],
            2 * FEW * len(found))
    edges = _edges(store, span, nodes, read, least)
    _turn_over(nodes, edges)
    _mark(store, span, nodes, edges)
    return Graph(nodes, sorted(edges, key=lambda edge: (-edge.sum.weight, edge.source, edge.target)))


def _read(store: Store, span: Span, nodes: list[Node], way: str, read: dict[str, list[dict]]) -> list[dict]:
    """Read what cards paid and got, but for those that are too busy."""
    _find_busy(store, span, [node for node in nodes if not node.is_centre])
    for node in nodes:
        node.sides = () if node.is_busy else _sides(node, way)
    cards = [node.card for node in nodes if node.sides]
    rows = partners(store, span, cards, TOP) if cards else []
    read |= {card: [] for card in cards}
    for row in rows:
        read[row["card"]].append(row)
    return rows


def _find_busy(store: Store, span: Span, nodes: list[Node]) -> None:
    since = max(span.from_ms, span.until_ms - BUSY_MS)
    counts = event_counts(store, [node.card for node in nodes], since, span.until_ms) if nodes else {}
    for node in nodes:
        node.is_busy = counts.get(node.card, 0) > BUSY_ROWS


def _followed(rows: list[dict], nodes: dict[str, Node], least: int) -> list[dict]:
    """Of rows, the weightiest first: partners in the directions that are followed, near enough to the weightiest."""
    heaviest: dict[tuple, int] = {}
    return [row for row in rows if row["partner"] and row["is_out"] in nodes[row["card"]].sides
            and row["weight"] >= least
            and row["weight"] * WITHIN >= heaviest.setdefault((row["card"], row["is_out"]), row["weight"])]


def _sides(node: Node, way: str) -> tuple[int, ...]:
    if way in ("in", "out"):
        return (0,) if way == "in" else (1,)
    if way == "any" or node.column == 0:
        return BOTH
    return (1,) if node.column > 0 else (0,)


def _take(nodes: dict[str, Node], rows: list[dict], most: int) -> None:
    """Add the weightiest new partners, half of them on each side where there are so many."""
    fresh: dict[str, dict] = {}
    for row in rows:  # the weightiest first: it says on which side a card stands
        if row["partner"] not in nodes:
            fresh.setdefault(row["partner"], row)
    sides = [[row for row in fresh.values() if row["is_out"] == side] for side in (0, 1)]
    first = [row for side in sides for row in side[: most // 2]]
    rest = [row for row in fresh.values() if row not in first]
    for row in (first + rest)[: max(most, 0)]:
        by = nodes[row["card"]]
        nodes[row["partner"]] = Node(row["partner"], by.column + (1 if row["is_out"] else -1), by.hops + 1)


def _edges(store: Store, span: Span, nodes: dict[str, Node], read: dict[str, list[dict]], least: int) -> list[Edge]:
    """Edges among the nodes; whatever else these paid or got is added up with them.

    Two cards that are both too busy to be read have no edge here. A partner of a card with more than `TOP`, beyond
    those, is an edge as the partner saw it.
    """
    unread = [node for node in nodes.values() if node.card not in read]
    _find_busy(store, span, unread)
    leaves = [node.card for node in unread if not node.is_busy]
    rows = sums_among(store, span, leaves, nodes) if leaves else []
    rows += [row for some in read.values() for row in some]
    found: dict[tuple[str, str], Edge] = {}
    told: set[tuple[str, str, int]] = set()
    for row in rows:
        node = nodes[row["card"]]
        (node.total_out if row["is_out"] else node.total_in).add(row)
        pair = (node.card, row["partner"]) if row["is_out"] else (row["partner"], node.card)
        if row["partner"] in nodes and row["weight"] >= least:
            found.setdefault(pair, Edge(*pair, Sum().add(row)))
            told.add((*pair, row["is_out"]))
        else:
            (node.others_out if row["is_out"] else node.others_in).add(row)
    for (source, target), edge in found.items():
        for card, is_out, rest in ((source, 1, nodes[source].others_out), (target, 0, nodes[target].others_in)):
            if (source, target, is_out) not in told and not nodes[card].is_busy:
                rest.take(edge.sum)
    return list(found.values())


def _turn_over(nodes: dict[str, Node], edges: list[Edge]) -> None:
    """Move cards to the other side, where what they got from there weighs more than what they gave to this one.

    A card was found by one payment and stands by it: one that was paid in the end, and sent a little back to the
    centre, would stand among those that paid.
    """
    before = {card: node.column for card, node in nodes.items()}
    got, gave = dict.fromkeys(nodes, 0), dict.fromkeys(nodes, 0)
    by: dict[str, str] = {}
    to: dict[str, str] = {}
    for edge in sorted(edges, key=lambda edge: -edge.sum.weight):
        if before[edge.source] >= 0:
            got[edge.target] += edge.sum.weight
            by.setdefault(edge.target, edge.source)
        if before[edge.target] <= 0:
            gave[edge.source] += edge.sum.weight
            to.setdefault(edge.source, edge.target)
    for card, node in nodes.items():
        if node.column < 0 and got[card] > gave[card]:
            node.column = before[by[card]] + 1
        elif node.column > 0 and gave[card] > got[card]:
            node.column = before[to[card]] - 1


def _mark(store: Store, span: Span, nodes: dict[str, Node], edges: list[Edge]) -> None:
    """What is known of the cards: levels, verdicts, taint, and where money leaves as cash."""
    for card, known in judged(store, nodes).items():
        nodes[card].verdict, nodes[card].level, nodes[card].risk = known["verdict"], known["level"], known["risk"]
    if span.topic != "txn":
        return
    for card, row in tainted_of(store, nodes).items():
        nodes[card].taint = row
    sums = tainted_sums(store, nodes, span.from_ms, span.until_ms)
    for edge in edges:
        known = sums.get((edge.source, edge.target))
        if known:
            edge.tainted_fen, edge.taint_hops = known["fen"], known["hops"]
    for node in nodes.values():
        came = [edge for edge in edges if edge.target == node.card]
        node.is_cash = bool(came) and all(edge.is_cash for edge in came) and not node.total_out.n
