"""A picture of a ring: dots on circles, money going round clockwise, labels for the weightiest outside."""

import math

from console.graphs.brief import width_of
from console.graphs.circle import BAND, PITCH, circles
from console.graphs.graph import Edge, Graph, Node
from console.graphs.phrases import Phrases
from console.graphs.picture import Line, Picture, Spot, Words, line_width
from console.graphs.room import Rect, Room

LABEL, MARGIN = 12.0, 12.0
#: Cards that get a label, besides the centre and those that are known for something (ours).
LABELS = 60
#: Of more edges than this, the weightiest stand out and the lightest stand back: by their place in that order (ours).
CROWD, STRONG, WEAK = 60, 0.3, 0.6
_THICKEST = 4.5


def ring_picture(graph: Graph, phrases: Phrases) -> Picture:
    """Draw a graph on circles."""
    nodes = list(graph.nodes.values())
    if not nodes:
        return Picture(0, 0, [], [], [], [])
    at = {node.card: k for k, node in enumerate(nodes)}
    placed = circles(len(nodes), [(at[e.source], at[e.target], float(e.sum.weight)) for e in graph.edges])
    outer = float(placed.radius.max())
    labels = _labels(graph, nodes, placed, phrases, outer)
    left, top, right, bottom = _frame(labels, placed.points)
    points = placed.points - (left, top)
    middle = (-left, -top)
    on_ring = int(placed.on_ring.sum())
    pitch = 2 * math.pi * placed.ring / max(on_ring, 1)
    sizes = [_size(node, pitch, bool(placed.on_ring[k])) for k, node in enumerate(nodes)]
    most = max([edge.sum.weight for edge in graph.edges], default=1)
    lines = []
    for k, edge in reversed(list(enumerate(graph.edges))):  # the weightiest above the others
        a, b = at[edge.source], at[edge.target]
        rank = k / max(len(graph.edges), 1) if len(graph.edges) > CROWD else 0.0
        lines.append(Line(edge, _chord(points[a], points[b], middle, placed.ring, sizes[a], sizes[b]),
                          line_width(edge.sum.weight, most, _THICKEST), _kind(edge, rank), phrases.edge_in_full(edge)))
    spots = [Spot(node, Rect(float(points[k][0]), float(points[k][1]), 2 * sizes[k], 2 * sizes[k],
                             math.degrees(placed.angle[k])), [],
                  phrases.node_in_full(node), stripe=float(bool(node.taint))) for k, node in enumerate(nodes)]
    moved = [Words(w.x - left, w.y - top, w.text, w.size,
                   Rect(w.room.x - left, w.room.y - top, w.room.width, w.room.height, w.room.turned), w.anchor,
                   w.turned, w.kind, w.of) for w in labels]
    leaders = []
    for words in moved:
        (x, y), size = points[at[words.of]], sizes[at[words.of]]
        x, y = _towards(x, y, words.x, words.y, size)
        leaders.append(f"M{x:.1f} {y:.1f}L{words.x:.1f} {words.y:.1f}")
    return Picture(right - left, bottom - top, lines, spots, [], moved, rings=[(*middle, placed.ring)],
                   leaders=leaders)


def is_ring(graph: Graph, most_in_columns: int = 90) -> bool:
    """Whether a graph is better seen on circles: it is large. (A small ring has few columns and shows its way back.)"""
    return len(graph) > most_in_columns


def _size(node: Node, pitch: float, on_ring: bool) -> float:
    most = 0.42 * pitch if on_ring else 0.5 * PITCH
    return min(9.0 if node.is_centre else 7.0, most)


def _kind(edge: Edge, rank: float) -> str:
    kinds = ["tainted"] if edge.tainted_fen else []
    kinds += ["cash"] if edge.sum.amount_fen and edge.is_cash else []
    return " ".join([*kinds, "strong" if rank < STRONG else "weak" if rank > WEAK else ""]).strip()


def _frame(labels: list[Words], points) -> tuple[float, float, float, float]:
    """What everything lies in: left, top, right, bottom."""
    corners = [corner for words in labels for corner in words.room.corners] + [tuple(point) for point in points]
    xs, ys = zip(*corners) if corners else ((0.0,), (0.0,))
    edge = BAND + MARGIN
    return min(xs) - edge, min(ys) - edge, max(xs) + edge, max(ys) + edge


def _chord(a, b, middle: tuple[float, float], ring: float, size_a: float, size_b: float) -> str:
    """From dot to dot, bent towards the middle the more the longer it is."""
    (ax, ay), (bx, by) = map(tuple, (a, b))
    mx, my = (ax + bx) / 2, (ay + by) / 2
    long = math.hypot(bx - ax, by - ay)
    pull = min(0.75, 0.8 * long / ring)
    cx, cy = mx + (middle[0] - mx) * pull, my + (middle[1] - my) * pull
    ax, ay = _towards(ax, ay, cx, cy, size_a)
    bx, by = _towards(bx, by, cx, cy, size_b + 1.5)
    return f"M{ax:.1f} {ay:.1f}Q{cx:.1f} {cy:.1f} {bx:.1f} {by:.1f}"


def _towards(x: float, y: float, to_x: float, to_y: float, by: float) -> tuple[float, float]:
    far = math.hypot(to_x - x, to_y - y) or 1.0
    return x + (to_x - x) * by / far, y + (to_y - y) * by / far


def _labels(graph: Graph, nodes: list[Node], placed, phrases: Phrases, outer: float) -> list[Words]:
    """Numbers along the outermost circle, turned outwards: who is known for something, then the weightiest."""
    weight = dict.fromkeys(graph.nodes, 0)
    for edge in graph.edges:
        weight[edge.source] += edge.sum.weight
        weight[edge.target] += edge.sum.weight
    known = [node for node in nodes if node.is_centre or node.verdict == "confirmed" or node.level == "red"]
    by_weight = sorted(nodes, key=lambda node: (-weight[node.card], node.card))
    at = {node.card: k for k, node in enumerate(nodes)}
    room, words = Room(), []
    for card in dict.fromkeys(node.card for node in [*known[:LABELS], *by_weight[:LABELS]]):
        node = graph.nodes[card]
        text = " ".join([phrases.number(node.card), *(said for said, _ in phrases.badges(node)[:1])])
        wide = width_of(text, LABEL)
        angle = float(placed.angle[at[node.card]])
        far = outer + BAND / 2
        degrees = math.degrees(angle) - 90
        left = math.sin(angle) < 0
        middle = far + wide / 2
        rect = Rect(middle * math.sin(angle), -middle * math.cos(angle), wide, LABEL + 1, degrees)
        if room.take([rect]):
            words.append(Words(far * math.sin(angle), -far * math.cos(angle), text, LABEL, rect,
                               "end" if left else "start", degrees + (180 if left else 0),
                               "centre" if node.is_centre else node.verdict or node.level, node.card))
    return words
