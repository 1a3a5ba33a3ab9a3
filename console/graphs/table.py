"""The same as the picture in rows: its form for those who do not see it, or want the figures."""

from dataclasses import dataclass

from console.graphs.graph import Edge, Graph, Node, Sum

#: What the rows may be in order of.
SORTS = ("weight", "n", "first", "last", "tainted")


@dataclass(frozen=True)
class Row:
    """From one card to another, or to and from all that are not shown: then one of the two is None."""

    source: Node | None
    target: Node | None
    sum: Sum
    edge: Edge | None = None


def rows_of(graph: Graph, sort: str = "weight") -> list[Row]:
    """All edges of a picture, and for each card what it got from and gave to others.

    Returns
    -------
    list of Row
        All rows with a card as source add up to all that it paid; as target, to all that it got. Of cards that
        are too busy to be read it is what its partners paid or got.
    """
    rows = [Row(graph.nodes[edge.source], graph.nodes[edge.target], edge.sum, edge) for edge in graph.edges]
    for node in graph.nodes.values():
        for total, source, target in ((node.others_in, None, node), (node.others_out, node, None)):
            if total.n:
                rows.append(Row(source, target, total))
    keys = {"n": lambda row: row.sum.n, "first": lambda row: -row.sum.first_ms, "last": lambda row: row.sum.last_ms,
            "tainted": lambda row: row.edge.tainted_fen if row.edge else -1}
    return sorted(rows, key=keys.get(sort, lambda row: row.sum.weight), reverse=True)


def accounts_of(graph: Graph) -> list[Node]:
    """The cards: the nearest first, of these the one that most passed through."""
    return sorted(graph.nodes.values(), key=lambda node: (
        node.hops, -max(node.total_in.weight, node.total_out.weight), node.card))
