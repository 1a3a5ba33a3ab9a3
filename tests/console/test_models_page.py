"""The analyst's page: which models are in force, and whether the new one is better, in words and numbers."""

import hashlib
import re

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from console.model_state import model_state
from tests.console.operating_station import CHAMPION, SHADOW, fill_models, fill_shadow, forget_shadow


@pytest.fixture(scope="module")
def modelled(store, ground):
    fill_models(store, ground[1]())
    return store


@pytest.fixture
def page(modelled, ground, signed_in):
    """The page after the store was filled anew."""
    def of(query: str = "", name: str = "analyst", **given) -> str:
        forget_shadow(modelled)
        fill_shadow(modelled, ground[1](), **given)
        ground[0].beside.models.refresh()
        return signed_in(name).get(f"/models{query}").text

    return of


def answer_of(html: str) -> str:
    return re.search(r'<h2 id="answer">[^<]*<strong>([^<]*)</strong>', html)[1]


def test_is_the_new_model_better_is_answered_in_words_one_click_from_the_first_page(page, signed_in):
    html = page(judged=400, lift=0.25)
    assert answer_of(html) == "更好" and "依据 400 张有结论的卡" in html
    assert 'href="/models"' in signed_in("analyst").get("/").text
    assert "1861000" not in html and re.search(r"186\*\*\*\*\d{4}", html), "masked cards alone"


def test_a_worse_one_is_called_so_and_few_verdicts_decide_nothing(page):
    assert answer_of(page(judged=400, lift=-0.15)) == "更差"
    html = page(judged=40, lift=0.25)
    assert answer_of(html) == "尚未定论" and "依据 40 张" in html and "各满 30 张" in html
    assert answer_of(page(judged=400, lift=0.0)) == "尚未定论"


def test_figures_are_those_of_the_scores_before_each_verdict(modelled, ground):
    forget_shadow(modelled)
    fill_shadow(modelled, ground[1](), judged=300)
    side = model_state(modelled).side_by_side
    rows = modelled.query("SELECT card, argMin(score, event_time) AS s, argMin(shadow_score, event_time) AS t "
                          "FROM shadow_scores GROUP BY card")
    verdicts = {row["card"]: row["verdict"] == "confirmed" for row in
                modelled.query("SELECT card, toString(verdict) AS verdict FROM verdict")}
    judged = [row for row in rows if row["card"] in verdicts]
    bad = np.array([verdicts[row["card"]] for row in judged])
    assert (side.figures.confirmed, side.figures.cleared) == (bad.sum(), (~bad).sum()) and side.cards == 1200
    for figures, name in ((side.figures.champion, "s"), (side.figures.shadow, "t")):
        score = np.array([row[name] for row in judged])
        assert figures.auc.value == pytest.approx(roc_auc_score(bad, score))
        assert figures.average_precision.value == pytest.approx(average_precision_score(bad, score))
        assert figures.brier.value == pytest.approx(np.mean((score - bad) ** 2))
        assert figures.auc.low < figures.auc.value < figures.auc.high


def test_both_take_the_same_number_of_cards_and_what_only_one_takes_is_listed(modelled, ground):
    forget_shadow(modelled)
    fill_shadow(modelled, ground[1](), judged=300)
    side = model_state(modelled).side_by_side
    rows = modelled.query("SELECT card, argMin(score, event_time) AS s, argMin(shadow_score, event_time) AS t, "
                          "toInt8(argMin(level, event_time)) AS l, toInt8(argMin(shadow_level, event_time)) AS m "
                          "FROM shadow_scores GROUP BY card")
    for rank, (_, budget) in enumerate(side.budgets.items(), 1):
        flagged = sum(row["l"] >= rank for row in rows), sum(row["m"] >= rank for row in rows)
        assert budget.flagged == flagged and budget.cards == min(flagged)
        by_champion = {r["card"] for r in sorted(rows, key=lambda r: -r["s"])[:budget.cards]}
        by_shadow = {r["card"] for r in sorted(rows, key=lambda r: -r["t"])[:budget.cards]}
        assert budget.both == len(by_champion & by_shadow)
        assert {row["card"] for row in budget.only_champion} <= by_champion - by_shadow
        assert {row["card"] for row in budget.only_shadow} <= by_shadow - by_champion
        assert budget.champion.precision.of == budget.champion.judged
        assert budget.shadow.recall.of == side.figures.confirmed
    assert side.budgets["orange"].shadow.precision.rate > side.budgets["orange"].champion.precision.rate


def test_manifest_deeds_hash_drift_and_earlier_models_are_shown_to_supervisors_too(page, modelled):
    html = page(name="wang-fang", judged=100)
    for text in (CHAMPION, SHADOW, "better on March", "wang-fang", "newer verdicts", "412", "9,120", "0.961",
                 "启动挑战者", "0.210 → 0.334 (n = 512)", "曾用", "通过"):
        assert text in html, text
    assert hashlib.sha256(CHAMPION.encode() * 100).hexdigest() in html


def test_plots_have_the_same_numbers_in_tables_and_levels_are_chosen_by_address(page):
    html = page("?level=red", judged=400)
    assert 'id="plots"' in html and html.count("<details>") >= 4
    for plot in ("reliability", "histogram", "days"):
        assert f'data-plot="{plot}"' in html
    assert re.search(r'class="level red" href="/models\?level=red" aria-current', html)
    assert "aria-current" in page("?level='\"><script>", judged=100)


def test_without_a_shadow_or_scores_the_page_says_so(modelled, ground, signed_in):
    forget_shadow(modelled)
    ground[0].beside.models.refresh()
    assert "影子尚未与现用模型同时评分" in signed_in("analyst").get("/models").text
    modelled.insert("model_events", {"seq": [8], "at": [ground[1]()], "action": ["shadow"], "number": [0],
                                     "version": [""], "officer": ["chen-yu"], "reason": ["enough"],
                                     "effective_ms": [None], "role": [""], "follows": [0]})
    try:
        ground[0].beside.models.refresh()
        html = signed_in("analyst").get("/models").text
        assert "没有影子模型" in html and 'id="answer"' not in html
    finally:
        modelled.command("ALTER TABLE model_events DELETE WHERE seq = 8 SETTINGS mutations_sync = 1")


def test_when_the_store_goes_the_last_answer_stays_with_its_time(page, ground, signed_in, monkeypatch):
    page(judged=400)

    def fail():
        raise RuntimeError("away")

    monkeypatch.setattr(ground[0].beside.models, "_make", fail)
    ground[0].beside.models.refresh()
    html = signed_in("analyst").get("/models").text
    assert answer_of(html) == "更好" and "数据库暂时没有应答" in html
