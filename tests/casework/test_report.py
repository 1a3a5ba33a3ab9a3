"""The figures of a report, counted by hand."""

import pytest

from casework.card_case import Decision
from casework.clocks import DAY_MS
from casework.ladder import Step
from casework.rates import rate
from casework.report import appeal_figures, lead_figures, measure_figures, typology_figures
from tests.casework.cards import CARD, Card
from tests.casework.people import HOUR_MS, MONDAY_MS

MINUTE_MS = 60_000


def lead(source, area, outcome="", acted=None, due=MONDAY_MS + DAY_MS, closed=0):
    first = MONDAY_MS + acted * MINUTE_MS if acted is not None else 0
    return {"source": source, "area": area, "outcome": outcome, "received_ms": MONDAY_MS, "due_ms": due,
            "first_action_ms": first, "closed_ms": closed}


LEADS = [
    lead("province", "510104", "confirmed", 10, closed=MONDAY_MS + HOUR_MS),
    lead("province", "510105", "confirmed", 20, closed=MONDAY_MS + 2 * DAY_MS),
    lead("province", "510704", "cleared", 30, closed=MONDAY_MS + HOUR_MS),
    lead("bank", "", "", None),
    lead("bank", "510104", "undecided", 40, due=0, closed=MONDAY_MS),
    lead("bank", "510104", "", None, due=MONDAY_MS + 9 * DAY_MS),
]


def test_leads_are_counted_by_source_and_territory():
    found = lead_figures(LEADS, MONDAY_MS + 3 * DAY_MS)
    total = found["total"]
    assert {name: total[name] for name in ("received", "confirmed", "cleared", "undecided", "open", "overdue",
                                           "closed_late")} == {
        "received": 6, "confirmed": 2, "cleared": 1, "undecided": 1, "open": 2, "overdue": 1, "closed_late": 1}
    assert total["conversion"] == pytest.approx(2 / 6)
    # Wilson's interval of 2 out of 6, by hand
    assert (round(total["low"], 3), round(total["high"], 3)) == (0.097, 0.7)
    assert total["against_target"] == "uncertain"
    assert [(row["name"], row["received"], row["confirmed"]) for row in found["by_source"]] == [
        ("bank", 3, 0), ("province", 3, 2)]
    assert [(row["name"], row["received"]) for row in found["by_territory"]] == [
        ("5101", 4), ("5107", 1), ("unknown", 1)]
    assert found["first_action"] == {"acted_on": 4, "not_acted_on": 2, "median_minutes": 25.0,
                                     "p90_minutes": pytest.approx(37)}


def test_no_lead_is_no_rate_and_no_error():
    found = lead_figures([], MONDAY_MS)
    assert found["total"]["conversion"] is None and found["total"]["against_target"] == "none"
    assert found["by_source"] == [] and found["first_action"]["median_minutes"] is None


@pytest.mark.parametrize(("hits", "of", "says"), [(700, 1000, "above"), (500, 1000, "below"), (61, 100, "uncertain")])
def test_a_target_is_met_only_where_the_interval_says_so(hits, of, says):
    assert rate(hits, of).against(0.6) == says


def test_measures_and_appeals_are_counted_within_their_period():
    card = Card()
    first = card.propose("li-wei", Step.VERIFY)
    card.approve("wang-fang", first)
    card.now_ms += 10 * DAY_MS
    second = card.propose("li-wei", Step.SUSPEND, skip="紧急")
    card.approve("wang-fang", second)
    appeal = card.appeal("li-wei", second)
    card.now_ms += 5 * HOUR_MS
    card.decide("chen-jie", appeal, Decision.GRANTED)
    card.appeal("li-wei", first)
    chain = [card.events[f"card:{CARD}"]]
    early = {row["step"]: row for row in measure_figures(chain, MONDAY_MS, MONDAY_MS + DAY_MS)}
    assert early["verify"] == {"step": "verify", "proposed": 1, "skipping": 0, "approved": 1, "refused": 0,
                               "lifted": 0, "in_force": 1}
    assert early["suspend"]["proposed"] == 0
    late = {row["step"]: row for row in measure_figures(chain, MONDAY_MS + DAY_MS, MONDAY_MS + 99 * DAY_MS)}
    assert late["suspend"] == {"step": "suspend", "proposed": 1, "skipping": 1, "approved": 1, "refused": 0,
                               "lifted": 1, "in_force": 0}
    assert (late["verify"]["proposed"], late["verify"]["in_force"]) == (0, 1)
    assert appeal_figures(chain, MONDAY_MS, MONDAY_MS + 99 * DAY_MS, MONDAY_MS + 90 * DAY_MS) == {
        "filed": 2, "granted": 1, "rejected": 0, "open": 1, "overdue": 1, "median_hours": 5.0, "p90_hours": 5.0}
    assert appeal_figures(chain, MONDAY_MS, MONDAY_MS + DAY_MS, MONDAY_MS)["filed"] == 0


def test_precision_is_among_the_judged():
    found = typology_figures([{"typology": "D205", "hits": 1, "confirmed": 1, "cleared": 0},
                              {"typology": "D201", "hits": 3, "confirmed": 1, "cleared": 1}])
    assert [(row["typology"], row["hits"], row["judged"], row["precision"]) for row in found] == [
        ("D201", 3, 2, 0.5), ("D205", 1, 1, 1.0)]
