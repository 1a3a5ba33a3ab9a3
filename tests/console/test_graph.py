"""Pictures of money and calls: nothing is lost between store, picture and table; nothing lies on anything."""

import math
import re
import time
from collections import defaultdict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.console_graph import graph_of, ring
from connectors.case_log import lookups
from connectors.queries.flow_edges import Span, partners
from console.graphs import neighbourhood as module
from console.graphs.asked import HOPS, LEAST, MOST, WAYS, Asked
from console.graphs.circle import circles, rounds
from console.graphs.flow_picture import flow_picture
from console.graphs.graph import Edge, Graph, Node, Sum
from console.graphs.layers import ROOM, layered
from console.graphs.neighbourhood import neighbourhood
from console.graphs.phrases import Phrases
from console.graphs.ring_picture import ring_picture
from console.graphs.room import Rect, meetings
from console.graphs.table import rows_of
from console.masked_card import masked
from console.texts import Texts
from tests.console.laundering import DESKS, FIRST, PHONE, SECOND, SHOP, THIRD, VICTIMS, store_laundering
from tests.console.station import CHENGDU

ALL = Span("txn", 0, time.time_ns() // 1_000_000 + 3_600_000)
WORDS = Phrases(Texts("zh"), "txn")


@pytest.fixture(scope="module")
def paid(store):
    return store_laundering(store, time.time_ns() // 1_000_000)


def page_of(signed_in, ground, card, part="flow", query="", name="wang-fang"):
    person, reference = signed_in(name), ground[0].references.of(card)
    person.open_card(reference, "案件 2026-17")
    answer = person.get(f"/card/{reference}/{part}{query}")
    assert answer.status_code == 200, answer.text
    return answer.text


def of_store(paid):
    """What each account paid and got, by everything that was stored."""
    gave, got = defaultdict(int), defaultdict(int)
    for payer, payee, fen, *_ in paid:
        gave[payer] += fen
        got[payee] += fen
    return gave, got


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(WAYS), st.sampled_from(HOPS), st.sampled_from(MOST), st.sampled_from(LEAST),
       st.lists(st.sampled_from([FIRST, *SECOND, *THIRD, *DESKS, *VICTIMS, SHOP]), max_size=4))
def test_all_that_was_paid_is_in_the_table_and_in_the_picture(store, paid, way, hops, most, least, opened):
    asked = Asked(way=way, hops=hops, most=most, least=least)
    graph = neighbourhood(store, ALL, [FIRST], opened, asked)
    gave, got = of_store(paid)
    assert len(graph) <= most + 24 * len(opened)
    rows, picture = rows_of(graph), flow_picture(graph, WORDS)
    for card, node in graph.nodes.items():
        assert sum(row.sum.amount_fen for row in rows if row.source is node) == gave[card]
        assert sum(row.sum.amount_fen for row in rows if row.target is node) == got[card]
        boxes = sum(other.sum.amount_fen for other in picture.others if other.node is node and other.is_out)
        beside = node.others_out.amount_fen if next(s for s in picture.spots if s.node is node).more[1] else 0
        lines = sum(line.edge.sum.amount_fen for line in picture.lines if line.edge.source == card)
        assert lines + boxes + beside == gave[card]
    assert all(edge.sum.amount_fen >= least * 100 for edge in graph.edges)


def test_rows_that_came_twice_count_once(store, paid):
    before = neighbourhood(store, ALL, [FIRST], [], Asked())
    again = store.query("SELECT * EXCEPT ingested_at FROM txn WHERE payer = {p:String} OR payee = {p:String}",
                        {"p": FIRST.partition(":")[2]})
    for row in again:
        row["event_time"] = int(row["event_time"].timestamp() * 1000)
    store.insert("txn", {name: [row[name] for row in again] for name in again[0]})
    after = neighbourhood(store, ALL, [FIRST], [], Asked())
    assert len(again) > 10 and before.edges == after.edges


def test_money_is_followed_both_ways_and_those_who_sent_some_back_stand_where_they_were_paid(store, paid):
    graph = neighbourhood(store, ALL, [FIRST], [], Asked(hops=3, most=80))
    column = {card: node.column for card, node in graph.nodes.items()}
    assert {column[card] for card in VICTIMS} == {-1} and {column[card] for card in SECOND} == {1}
    assert {column[card] for card in THIRD} == {2} and {column[card] for card in DESKS} == {3}
    assert all(graph.nodes[card].is_cash for card in (*DESKS, SHOP))
    assert not any(graph.nodes[card].is_cash for card in (*SECOND, *VICTIMS))
    back = next(edge for edge in graph.edges if (edge.source, edge.target) == (THIRD[1], FIRST))
    assert back.tainted_fen == 800_000 * 82 // 100
    only_in = neighbourhood(store, ALL, [FIRST], [], Asked(way="in", hops=1))
    assert set(only_in.nodes) == {FIRST, *VICTIMS, THIRD[1]}


def test_a_card_opened_by_hand_shows_its_partners_and_others_shrink(store, paid):
    closed = neighbourhood(store, ALL, [FIRST], [], Asked(hops=1))
    assert THIRD[0] not in closed.nodes and closed.nodes[SECOND[0]].others_out.parties == 3
    opened = neighbourhood(store, ALL, [FIRST], [SECOND[0], THIRD[0]], Asked(hops=1))
    assert THIRD[0] in opened.nodes and not opened.nodes[SECOND[0]].others_out.parties
    assert set(DESKS) & set(opened.nodes), "opened from a card that was opened"


def test_a_busy_card_is_not_read_and_keeps_the_edges_that_others_saw(store, paid, monkeypatch):
    monkeypatch.setattr(module, "BUSY_ROWS", 4)
    graph = neighbourhood(store, ALL, [FIRST], [], Asked(hops=3))
    busy = {card for card, node in graph.nodes.items() if node.is_busy}
    assert set(SECOND) <= busy and FIRST not in busy and not set(THIRD) & set(graph.nodes) - {THIRD[1]}
    assert sum(edge.sum.amount_fen for edge in graph.edges if edge.target == SECOND[0]) == sum(
        fen for payer, payee, fen, *_ in paid if (payer, payee) == (FIRST, SECOND[0]))
    opened = neighbourhood(store, ALL, [FIRST], [SECOND[0]], Asked(hops=3))
    assert not opened.nodes[SECOND[0]].is_busy and set(THIRD) & set(opened.nodes)


def test_only_so_many_in_the_span_and_near_the_weightiest(store, paid, monkeypatch):
    small = neighbourhood(store, ALL, [FIRST], [], Asked(hops=2, most=20))
    assert len(small) <= 20
    newest = max(at for *_, at in paid)
    late = neighbourhood(store, Span("txn", newest - 3_600_000, newest + 1), [FIRST], [], Asked())
    assert 0 < sum(edge.sum.n for edge in late.edges) < sum(edge.sum.n for edge in small.edges)
    monkeypatch.setattr(module, "WITHIN", 20)
    near = neighbourhood(store, ALL, [SECOND[0]], [], Asked(hops=1))
    assert SHOP not in near.nodes and {FIRST, THIRD[0]} <= set(near.nodes)


def test_partners_beyond_the_told_ones_are_edges_as_they_saw_it_themselves_and_counted_once(store, paid, monkeypatch):
    rows = partners(store, ALL, [FIRST], 2)
    assert [row["parties"] for row in rows if not row["partner"] and not row["is_out"]] == [len(VICTIMS) + 1 - 2]
    monkeypatch.setattr(module, "TOP", 2)
    graph = neighbourhood(store, ALL, [FIRST], [*VICTIMS, *SECOND], Asked(hops=2))
    gave, got = of_store(paid)
    rows = rows_of(graph)
    for card, node in graph.nodes.items():
        assert sum(row.sum.amount_fen for row in rows if row.source is node) == gave[card]
        assert sum(row.sum.amount_fen for row in rows if row.target is node) == got[card]
    small = neighbourhood(store, ALL, [FIRST], [], Asked(hops=3, way="any"))
    assert any((edge.source, edge.target) == (THIRD[1], FIRST) for edge in small.edges) == (THIRD[1] in small.nodes)


def test_the_page_asks_for_a_purpose_notes_looks_and_keeps_to_the_territory(browser, ground, store, paid):
    context = ground[0]
    person, reference = browser().sign_in("li-wei"), context.references.of(FIRST)
    before = len(lookups(store, FIRST, 1000))
    asked = person.get(f"/card/{reference}/flow").text
    assert 'name="part" value="flow"' in asked and FIRST.partition(":")[2] not in asked
    answer = person.post(f"/card/{reference}/flow", {"purpose": "案件 9", "part": "flow"}, to=f"/card/{reference}")
    assert answer.url.path == f"/card/{reference}/flow" and FIRST.partition(":")[2] in answer.text
    person.get(f"/card/{reference}/flow?opened={context.references.of(SECOND[0])}")
    assert [row["command"] for row in lookups(store, FIRST, 1000)][:2] == ["flow", "flow"]
    assert len(lookups(store, FIRST, 1000)) == before + 2
    assert [(row["command"], row["purpose"]) for row in lookups(store, SECOND[0], 9)] == [("flow", "案件 9")]
    away = browser().sign_in("zhao-min")
    assert away.get(f"/card/{reference}/flow").status_code == 403
    assert away.get("/card/made-up/flow").status_code == 404
    assert browser().sign_in("analyst").get(f"/card/{reference}/flow").status_code == 403


def test_a_card_of_another_territory_is_masked_and_nobody_opens_it_from_here(signed_in, ground, store, paid):
    away, own = THIRD[4], ground[0].references.of(FIRST)
    store.insert("card", {"uid": [719_001], "event_id": ["moved"], "event_time": [time.time_ns() // 1_000_000],
                          "card": [away], "action": ["open"], "area": ["510704"]})
    number, opened = away.partition(":")[2], f"?opened={ground[0].references.of(away)}"
    assert f">{number}<" in page_of(signed_in, ground, FIRST, query=opened), "all of 51 is hers"
    seen = len(lookups(store, away, 9))
    here = page_of(signed_in, ground, FIRST, name="li-wei")
    assert number not in here and masked(away) in here and "辖区外" in here
    assert page_of(signed_in, ground, FIRST, query=opened, name="li-wei").count('class="spot') == \
        here.count('class="spot') and len(lookups(store, away, 9)) == seen
    assert signed_in("li-wei").get(f"/card/{own}/flow?opened={own}.zz").status_code == 200


def test_the_page_has_picture_table_and_ways_on_and_no_number_in_an_address(signed_in, ground, paid):
    html = page_of(signed_in, ground, FIRST)
    links = re.findall(r'<a class="spot[^"]*" href="/card/[\w-]+/flow\?opened=', html)
    assert html.count('class="spot') == len(links) > 15
    assert not re.findall(r'(?:href|action)="[^"]*\d{11}', html)
    for said in ("涉案源头", "取现/刷卡终点", "上游第 1 层", "下游第 2 层", 'class="stripe"', "url(#hatch)"):
        assert said in html, said
    assert " style=" not in html and "onclick" not in html
    assert page_of(signed_in, ground, FIRST, query="?way='&hops=99&least=-1&zoom=x&opened=zz.%27&sort=;") \
        .count('class="spot') == html.count('class="spot')
    assert 'class="graph ring fit"' in page_of(signed_in, ground, FIRST, query="?arranged=ring")
    part = signed_in("wang-fang").get(f"/card/{ground[0].references.of(FIRST)}/flow", headers={"x-part": "graph"}).text
    assert "<html" not in part and 'class="spot' in part


def test_a_phone_card_has_the_accounts_of_its_holder_and_calls_of_its_own(signed_in, ground, paid):
    html = page_of(signed_in, ground, PHONE)
    assert FIRST.partition(":")[2] in html and "77.3万" in html
    calls = page_of(signed_in, ground, CHENGDU, "calls")
    assert "13600000059" in calls and "接100%" in calls and "主叫 60" in calls
    assert "13800000001" in page_of(signed_in, ground, FIRST, "calls"), "phones of the account's holder"
    assert "没有查到" in page_of(signed_in, ground, VICTIMS[0], "calls")


def test_the_table_is_in_the_order_that_was_asked_for(signed_in, ground, paid):
    def column(query, at):
        html = page_of(signed_in, ground, FIRST, query=query)
        body = html.split('id="edges"')[1].split("</table>")[0]
        cells = [re.findall(r"<td.*?</td>", row) for row in re.findall(r"<tr><td.*?</tr>", body)]
        return [re.sub("<[^>]+>", "", row[at]) for row in cells]

    amounts = [float(text.replace(",", "")) for text in column("", 2)]
    assert amounts == sorted(amounts, reverse=True) and len(amounts) > 30
    first = column("?sort=first", 5)
    assert first == sorted(first)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_columns_keep_their_distance_and_lose_nothing(data):
    n = data.draw(st.integers(1, 14))
    columns = data.draw(st.lists(st.integers(-3, 3), min_size=n, max_size=n))
    heights = data.draw(st.lists(st.floats(10, 90), min_size=n, max_size=n))
    ends = st.integers(0, n - 1)
    drawn = data.draw(st.lists(st.tuples(ends, ends, st.floats(0.1, 9)), max_size=24))
    edges = [(a, b, weight) for a, b, weight in drawn if a != b]
    middles, passages = layered(columns, heights, edges)
    for a in range(n):
        for b in range(a):
            if columns[a] == columns[b]:
                assert abs(middles[a] - middles[b]) >= (heights[a] + heights[b]) / 2 + ROOM - 1e-6
    for (a, b, _), passed in zip(edges, passages, strict=True):
        low, high = sorted((columns[a], columns[b]))
        assert sorted(column for column, _ in passed) == list(range(low + 1, high))


@given(st.integers(3, 40), st.data())
@settings(max_examples=40, deadline=None)
def test_a_ring_is_found_whatever_else_is_paid_and_stands_in_its_order(n, data):
    order = data.draw(st.permutations(range(n)))
    cycle = [(order[k], order[(k + 1) % n], 100.0) for k in range(n)]
    ends = st.integers(0, n + 4)
    chords = [(a, b, 1.0) for a, b in data.draw(st.lists(st.tuples(ends, ends), max_size=30)) if a != b]
    # Open ways are joined to rounds as well, and among five bystanders one may be longer than a short ring.
    (found,) = [way for way in rounds(n + 5, cycle + chords) if order[0] in way]
    at = found.index(order[0])
    assert found[at:] + found[:at] == list(order)
    placed = circles(n + 5, cycle + chords)
    assert placed.on_ring[list(order)].all()
    dots = [Rect(x, y, 8, 8, math.degrees(turn)) for (x, y), turn in zip(placed.points, placed.angle)]
    assert meetings(dots) == 0


def random_graph(draw, columns) -> Graph:
    n = draw(st.integers(1, 16))
    nodes = {f"account:62170000000{k:05}": Node(f"account:62170000000{k:05}", draw(columns), k, sides=(0, 1)) for k in
             range(n)}
    names = list(nodes)
    edges = {}
    for _ in range(draw(st.integers(0, 30))):
        a, b = draw(st.sampled_from(names)), draw(st.sampled_from(names))
        fen = draw(st.integers(1, 10**9))
        if a != b:
            total = Sum(n=1, weight=fen, amount_fen=fen, parties=1)
            edges[a, b] = Edge(a, b, total, draw(st.sampled_from((0, fen // 2))))
    for node in nodes.values():
        node.others_out = Sum(n=3, weight=1000, amount_fen=1000, parties=2)
        node.total_out = Sum(n=4, weight=draw(st.sampled_from((2000, 10**9))), parties=2)
    return Graph(nodes, sorted(edges.values(), key=lambda edge: -edge.sum.weight))


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_nothing_lies_on_anything_in_columns(data):
    picture = flow_picture(random_graph(data.draw, st.integers(-3, 3)), WORDS)
    boxes = [spot.room for spot in picture.spots] + [other.room for other in picture.others]
    words = [each.room for each in picture.words]
    assert meetings(boxes) == 0 and meetings(words) == 0 and meetings(words, boxes) == 0
    for room in boxes:
        assert room.x - room.width / 2 >= 0 and room.x + room.width / 2 <= picture.width
        assert room.y - room.height / 2 >= 0 and room.y + room.height / 2 <= picture.height


def test_nothing_lies_on_anything_in_a_ring_of_five_hundred():
    picture = ring_picture(graph_of(ring()), WORDS)
    dots, words = [spot.room for spot in picture.spots], [each.room for each in picture.words]
    assert len(dots) == 500 and len(words) > 30 and len(picture.lines) > 1000
    assert meetings(dots) == 0 and meetings(words) == 0 and meetings(words, dots) == 0
    assert sum("strong" in line.kind for line in picture.lines) > 200
    for room in words:
        assert all(0 <= x <= picture.width and 0 <= y <= picture.height for x, y in room.corners)


def test_the_measure_of_meetings_would_see_one():
    assert meetings([Rect(0, 0, 10, 10), Rect(9, 9, 10, 10)]) == 1
    assert meetings([Rect(0, 0, 100, 10, 45), Rect(30, -30, 10, 10)]) == 0
    assert meetings([Rect(0, 0, 100, 10, 45)], [Rect(30, 30, 10, 10)]) == 1


def test_the_heart_of_the_ring_is_its_cycle():
    found = rounds(500, [(a, b, float(fen)) for (a, b), fen in ring().items()])
    assert sum((b - a) % 350 == 1 for way in found for a, b in zip(way, way[1:])) > 330
    assert sorted(thing for way in found for thing in way) == list(range(500))


def test_nothing_is_drawn_of_nothing():
    for drawn in (flow_picture, ring_picture):
        assert not drawn(Graph({}, []), WORDS).spots
