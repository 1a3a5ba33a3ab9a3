"""A picture of flow: who pays stands left of who is paid, one column for each payment from the centre."""

from collections import defaultdict

from console.graphs.brief import width_of
from console.graphs.graph import Graph, Node
from console.graphs.layers import layered
from console.graphs.phrases import Phrases
from console.graphs.picture import THICKEST, Line, Others, Picture, Spot, Words, line_width
from console.graphs.room import Rect, Room

#: Boxes and the room between columns, in units that are CSS pixels at full size (ours).
WIDTH, HEIGHT, LINE, OTHERS_HEIGHT, GAP = 198.0, 42.0, 15.0, 38.0, 146.0
#: Along the side of a box, what each line needs, and how tall a box grows for it.
PORT, TALLEST = 9.0, 170.0
MARGIN, HEAD = 34.0, 30.0
#: Others get a box where they are at least this part of what came or went (ours).
OTHERS_PART = 10
LABEL = 11.0
#: Along its line, where a label may stand: near the end that fewer lines share, then elsewhere.
_PLACES = (0.5, 0.6, 0.4, 0.68, 0.32, 0.75, 0.25, 0.82, 0.18)


def flow_picture(graph: Graph, phrases: Phrases) -> Picture:
    """Draw a graph as columns."""
    nodes = list(graph.nodes.values())
    at = {node.card: k for k, node in enumerate(nodes)}
    rests = [(node, side) for node in nodes for side in node.sides if _has_box(node, side)]
    columns = [node.column for node in nodes] + [node.column + (1 if side else -1) for node, side in rests]
    most = max([edge.sum.weight for edge in graph.edges], default=1)
    ends = [(at[edge.source], at[edge.target]) for edge in graph.edges]
    ends += [(at[node.card], len(nodes) + k) for k, (node, _) in enumerate(rests)]
    sides = _sides(ends, columns)
    lines_of = [[phrases.number(node.card), "" if node.is_busy else phrases.totals(node), phrases.standing(node)]
                for node in nodes]
    heights = [min(TALLEST, max(HEIGHT + LINE * bool(words[2] or len(phrases.badges(node)) > 1),
                                PORT * max(len(sides.get((k, side), ())) for side in (0, 1))))
               for k, (node, words) in enumerate(zip(nodes, lines_of))] + [OTHERS_HEIGHT] * len(rests)
    thickest = min([THICKEST, *(0.5 * heights[thing] / len(lines) for (thing, _), lines in sides.items())])
    links = [(a, b, line_width(edge.sum.weight, most)) for (a, b), edge in zip(ends, graph.edges)]
    links += [(a, b, 1.0) for a, b in ends[len(links):]]
    middles, passages = layered(columns, heights, links)
    first = min(columns, default=0)

    def rect(k: int) -> Rect:
        x = MARGIN + (columns[k] - first) * (WIDTH + GAP) + WIDTH / 2
        return Rect(x, HEAD + float(middles[k]) + 6, WIDTH, heights[k])

    rooms = [rect(k) for k in range(len(columns))]
    ports = _ports(ends, sides, rooms)
    paths = [_path(rooms[a], rooms[b], columns[a], columns[b], ports[k], [
        (MARGIN + (column - first) * (WIDTH + GAP), HEAD + y + 6) for column, y in passages[k]])
        for k, (a, b) in enumerate(ends)]
    lines = [Line(edge, _d(path), line_width(edge.sum.weight, most, thickest), _kind(edge, graph),
                  phrases.edge_in_full(edge))
             for edge, path in zip(graph.edges, paths)]
    spots = [Spot(node, rooms[k], lines_of[k], phrases.node_in_full(node), _more(node), _stripe(node),
                  phrases.badges(node), _badge_line(lines_of[k][0], phrases.badges(node)))
             for k, node in enumerate(nodes)]
    others = []
    for k, (node, side) in enumerate(rests):
        path = paths[len(graph.edges) + k]
        total = node.others[side]
        others.append(Others(node, bool(side), total, rooms[len(nodes) + k], phrases.others(total),
                             _d(path if side else _reversed(path)), line_width(total.weight, most, thickest)))
    words = _labels(graph, phrases, paths, Room(rooms))
    used = sorted(set(columns))
    return Picture(
        max((r.x for r in rooms), default=0) + WIDTH / 2 + MARGIN,
        max((r.y + r.height / 2 for r in rooms), default=0) + MARGIN / 2, lines, spots, others, words,
        columns=[(MARGIN + (c - first) * (WIDTH + GAP) + WIDTH / 2, phrases.column(c)) for c in used])


def _has_box(node: Node, side: int) -> bool:
    """Whether the others have a box: they are a good part of all. Otherwise their number stands beside the card."""
    total = node.total_out if side else node.total_in
    return node.others[side].weight * OTHERS_PART >= total.weight > 0


def _more(node: Node) -> tuple[str, str]:
    """How many partners are not shown on the left and on the right, where they have no box."""
    left, right = (f"+{total.parties:,}" if total.n and not (side in node.sides and _has_box(node, side)) else ""
                   for side, total in enumerate(node.others))
    return left, right


def _badge_line(number: str, badges: list[tuple[str, str]]) -> int:
    """The line of a box at which its badges begin: beside the number where there is room."""
    return int(bool(badges) and width_of(number + badges[0][0], 13.0) + 26 > WIDTH)


def _stripe(node: Node) -> float:
    if not node.taint:
        return 0.0
    return 1.0 if node.taint["source"] else max(0.02, min(1.0, node.taint["share"]))


def _kind(edge, graph: Graph) -> str:
    kinds = ["tainted"] if edge.tainted_fen else []
    kinds += ["cash"] if edge.sum.amount_fen and edge.is_cash else []
    if graph.nodes[edge.source].column >= graph.nodes[edge.target].column:
        kinds.append("back")
    return " ".join(kinds)


#: A thing and its left (0) or right (1) side, with the lines there and which of their ends it is.
Sides = dict[tuple[int, int], list[tuple[int, int]]]


def _sides(ends: list[tuple[int, int]], columns: list[int]) -> Sides:
    sides: Sides = defaultdict(list)
    for k, (a, b) in enumerate(ends):
        is_onward, is_level = columns[b] > columns[a], columns[b] == columns[a]
        sides[a, int(is_onward or is_level)].append((k, 0))
        sides[b, int(is_level or not is_onward)].append((k, 1))
    return sides


def _ports(ends: list[tuple[int, int]], sides: Sides, rooms: list[Rect]) -> list[tuple[float, float]]:
    """Heights at which each line leaves and arrives: spread over the side, in the order of the other ends."""
    found = [[0.0, 0.0] for _ in ends]
    for (thing, _), lines in sides.items():
        room = rooms[thing]
        step = min(12.0, 0.85 * room.height / len(lines))
        lines = sorted(lines, key=lambda line: (rooms[ends[line[0]][1 - line[1]]].y, line))
        for n, (k, end) in enumerate(lines):
            found[k][end] = room.y + (n - (len(lines) - 1) / 2) * step
    return [(a, b) for a, b in found]


Point = tuple[float, float]
#: A path as its beginning and cubic pieces.
Path = list[tuple[Point, Point, Point, Point]]


def _path(a: Rect, b: Rect, column_a: int, column_b: int, ports: tuple[float, float],
          passages: list[Point]) -> Path:
    if column_a == column_b:
        x = a.x + a.width / 2
        out = x + 34 + min(40.0, abs(a.y - b.y) / 12)
        return [((x, ports[0]), (out, ports[0]), (out, ports[1]), (x + 3, ports[1]))]
    way = 1 if column_b > column_a else -1
    start, end = (a.x + way * a.width / 2, ports[0]), (b.x - way * (b.width / 2 + 3), ports[1])
    stops = [start]
    for x, y in passages:
        stops += [(x, y), (x + WIDTH, y)] if way > 0 else [(x + WIDTH, y), (x, y)]
    stops.append(end)
    path = []
    for (x1, y1), (x2, y2) in zip(stops, stops[1:]):
        half = (x2 - x1) / 2
        path.append(((x1, y1), (x1 + half, y1), (x2 - half, y2), (x2, y2)))
    return path


def _reversed(path: Path) -> Path:
    return [piece[::-1] for piece in reversed(path)]


def _d(path: Path) -> str:
    return f"M{path[0][0][0]:.1f} {path[0][0][1]:.1f}" + "".join(
        f"C{b[0]:.1f} {b[1]:.1f} {c[0]:.1f} {c[1]:.1f} {d[0]:.1f} {d[1]:.1f}" for _, b, c, d in path)


def _at(path: Path, t: float) -> Point:
    """A point of the piece that a label stands at: the last one, which arrives alone."""
    a, b, c, d = path[-1]
    u = 1 - t
    return tuple(u**3 * a[i] + 3 * u * u * t * b[i] + 3 * u * t * t * c[i] + t**3 * d[i] for i in (0, 1))


def _labels(graph: Graph, phrases: Phrases, paths: list[Path], room: Room) -> list[Words]:
    """A label on each line where there is room, the weightiest first; the table has them all."""
    words = []
    for edge, path in zip(graph.edges, paths):
        text = phrases.edge(edge)
        width = width_of(text, LABEL) + 4
        places = [_at(path, t) for t in _PLACES]
        found = room.take(Rect(x, y, width, LABEL + 4) for x, y in places)
        if found:
            words.append(Words(found.x, found.y, text, LABEL, found, kind="tainted" if edge.tainted_fen else ""))
    return words
