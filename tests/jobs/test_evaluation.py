"""Evaluation of scores, by figures worked out by hand."""

import math

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from jobs.evaluation import BadEvaluationInput, Truth, evaluate, read_scores, read_truth

HOUR_MS = 3_600_000
_TRUTH = """card,role,from,to,scenario
phone:A,fraud_phone,1970-01-01T01:00:00Z,1970-01-02T00:00:00Z,x
account:B,mule,1970-01-01T02:00:00Z,1970-01-02T00:00:00Z,x
account:B,mule,1970-01-01T00:00:00Z,1970-01-01T01:00:00Z,y
phone:C,courier,1970-01-01T00:00:00Z,1970-01-02T00:00:00Z,honest
account:E,mule,1970-01-01T00:00:00Z,1970-01-02T00:00:00Z,x
"""
#: (hours, card, score); C and D are honest, E is bad and never seen.
_SCORES = [
    (0.5, "phone:A", 0.9),
    (3, "phone:A", 0.9),
    (4, "phone:A", 0.3),
    (2, "account:B", 0.5),
    (5, "account:B", 0.7),
    (1, "phone:C", 0.8),
    (1, "account:D", 0.1),
]


def table_of(rows) -> pa.Table:
    columns = [[int(h * HOUR_MS) for h, _, _ in rows], [c for _, c, _ in rows], [float(s) for _, _, s in rows]]
    return pa.table([*map(pa.array, columns)], names=["event_time_ms", "card", "score"])


@pytest.fixture
def truth(tmp_path) -> Truth:
    (tmp_path / "truth.csv").write_text(_TRUTH)
    return read_truth(tmp_path / "truth.csv")


def test_a_card_is_bad_from_its_earliest_bad_row_on(truth):
    assert truth.since_ms == {"phone:A": HOUR_MS, "account:B": 0, "account:E": 0}


def test_other_roles_may_count_as_bad(tmp_path):
    (tmp_path / "truth.csv").write_text(_TRUTH)
    assert read_truth(tmp_path / "truth.csv", ("courier",)).since_ms == {"phone:C": 0}


def test_area_and_average_precision(truth):
    # Cards by their highest score: A 0.9 bad, C 0.8, B 0.7 bad, D 0.1.
    found = evaluate(table_of(_SCORES), truth, [1])
    assert (found.cards, found.bad_cards, found.unseen_bad_cards) == (4, 3, 1)
    assert found.roc_auc == pytest.approx(3 / 4)  # of the four pairs only B-C is in the wrong order
    assert found.average_precision == pytest.approx((1 + 2 / 3) / 2)


def test_budgets(truth):
    one, three, all_of_them = evaluate(table_of(_SCORES), truth, [1, 3, 100]).budgets
    # A alone. Its score half an hour before it turned bad is no alert; the next one is two hours after.
    assert (one.alerts, one.threshold, one.precision, one.recall, one.median_delay_h) == (1, 0.9, 1.0, 1 / 3, 2.0)
    # A, C, B: B comes to 0.7 after five hours.
    assert (three.alerts, three.threshold, three.median_delay_h) == (3, 0.7, 3.5)
    assert (three.precision, three.recall) == (pytest.approx(2 / 3), pytest.approx(2 / 3))
    # No more than there are cards; at 0.1 B was seen after two hours.
    assert (all_of_them.alerts, all_of_them.threshold, all_of_them.median_delay_h) == (4, 0.1, 2.0)
    assert all_of_them.precision == 0.5


def test_nobody_caught_has_no_delay(truth):
    (point,) = evaluate(table_of([(1, "phone:C", 0.8), (1, "phone:A", 0.1)]), truth, [1]).budgets
    assert (point.precision, point.recall) == (0, 0) and math.isnan(point.median_delay_h)


def test_all_good_or_all_bad_has_no_area(truth):
    for rows in ([(1, "phone:C", 0.8)], [(1, "phone:A", 0.8)]):
        found = evaluate(table_of(rows), truth, [5])
        assert math.isnan(found.roc_auc) and math.isnan(found.average_precision)


def test_the_order_of_rows_makes_no_difference(truth):
    assert evaluate(table_of(_SCORES[::-1]), truth, [1, 2, 3]) == evaluate(table_of(_SCORES), truth, [1, 2, 3])


def _tied() -> tuple[list[tuple], Truth]:
    rows = [(1, f"phone:{k}", 0.5) for k in range(50)]
    return rows, Truth({f"phone:{k}": 0 for k in range(10)})


def test_ties_fall_to_good_and_bad_alike():
    rows, truth = _tied()
    (point,) = evaluate(table_of(rows), truth, [25]).budgets
    assert 0 < point.recall < 1


def test_the_order_of_rows_makes_no_difference_among_ties():
    rows, truth = _tied()
    recalls = {evaluate(table_of(rows[k:] + rows[:k]), truth, [25]).budgets[0].recall for k in range(0, 50, 5)}
    assert len(recalls) == 1


def test_no_scores_at_all(truth):
    found = evaluate(table_of([]), truth, [10])
    assert (found.cards, found.unseen_bad_cards) == (0, 3)


def test_scores_are_read_from_both_kinds_of_file(tmp_path):
    table = table_of(_SCORES)
    pq.write_table(table.append_column("level", pa.array(["none"] * len(_SCORES))), tmp_path / "s.parquet")
    pa_csv.write_csv(table, tmp_path / "s.csv")
    for name in ("s.parquet", "s.csv"):
        got = read_scores(tmp_path / name).select(["event_time_ms", "card", "score"])
        assert got.to_pylist() == table.to_pylist()


@pytest.mark.parametrize("name", ["none.csv", "none.parquet"])
def test_a_file_that_is_not_there_is_named(tmp_path, name):
    with pytest.raises(BadEvaluationInput, match=name):
        read_scores(tmp_path / name)


def test_a_missing_column_is_named(tmp_path):
    (tmp_path / "s.csv").write_text("event_time_ms,card\n1,phone:A\n")
    with pytest.raises(BadEvaluationInput, match="'score'.*event_time_ms, card"):
        read_scores(tmp_path / "s.csv")
    pq.write_table(table_of(_SCORES).drop_columns("score"), tmp_path / "s.parquet")
    with pytest.raises(BadEvaluationInput, match="score"):
        read_scores(tmp_path / "s.parquet")
    (tmp_path / "truth.csv").write_text("card,from\nphone:A,1970-01-01T01:00:00Z\n")
    with pytest.raises(BadEvaluationInput, match="'role'"):
        read_truth(tmp_path / "truth.csv")


@pytest.mark.parametrize("stamp", ["", "yesterday"])
def test_a_bad_date_in_the_truth_is_refused(tmp_path, stamp):
    (tmp_path / "truth.csv").write_text(f"card,role,from\nphone:A,mule,{stamp}\nphone:A,mule,1970-01-01T01:00:00Z\n")
    with pytest.raises(BadEvaluationInput):
        read_truth(tmp_path / "truth.csv")
