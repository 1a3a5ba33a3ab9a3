"""Files: what is in them, who may have them, and that they are noted before they go out."""

import csv
import io
import re

import pypdf
import pytest

from connectors.case_log import lookups
from connectors.errors import StoreUnavailableError
from console.export.csv_file import csv_lines, neutral
from tests.console.station import CHENGDU, EVIL, MIANYANG, insert_hit, token_of

WHOLE = "13800000001"


def taken(person, kind, **fields):
    return person.post("/export", {"purpose": "案件 2026-17", "hours": "0"} | fields, to=f"/export/list/{kind}")


def rows_of(answer):
    assert answer.status_code == 200, answer.text
    assert answer.content.startswith(b"\xef\xbb\xbf") and answer.headers["content-type"].startswith("text/csv")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def exports(ground):
    with ground[0].desk() as desk:
        return {s: chain[0].act for s, chain in desk.chains("export:").items()}


def words(answer):
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/pdf", answer.text
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages]


def test_the_queue_goes_out_masked_stamped_and_noted_with_its_number_of_rows(signed_in, ground, store):
    before = exports(ground)
    answer = taken(signed_in("wang-fang"), "queue")
    header, *rows = rows_of(answer)
    assert header[0] == "卡号" and header[-1] == "导出标记"
    assert [row[0] for row in rows] == ["138****0001", "6222********0002"]
    assert WHOLE not in answer.text and all("wang-fang" in row[-1] and "案件 2026-17" in row[-1] for row in rows)
    (subject, act), = [item for item in exports(ground).items() if item[0] not in before]
    assert (act.officer, act.action, act.reason) == ("wang-fang", "exported", "案件 2026-17")
    assert act.payload == {"what": "queue", "rows": 2, "whole": False}
    assert subject.removeprefix("export:") in rows[0][-1]
    name = re.fullmatch(r'attachment; filename="(duanka-queue-\d{8}T\d{6}-[0-9a-f]{12}\.csv)"',
                        answer.headers["content-disposition"])
    assert name and lookups(store, "*", 5)[0]["command"] == "export queue"


def test_whole_numbers_go_out_when_asked_for_and_stand_as_text(signed_in, ground):
    rows = rows_of(taken(signed_in("wang-fang"), "queue", whole="yes"))
    assert [row[0] for row in rows[1:]] == [CHENGDU, MIANYANG]
    assert max(exports(ground).values(), key=lambda act: act.at_ms).payload["whole"] is True


def test_hits_leads_and_results_of_a_search_go_out(signed_in):
    person = signed_in("wang-fang")
    assert len(rows_of(taken(person, "hits"))) == 3 and len(rows_of(taken(person, "hits", level="red"))) == 2
    leads = rows_of(taken(person, "leads"))
    assert [row[0] for row in leads[1:]] == ["L-2026-1"] and leads[1][1] == "138****0001"
    found = rows_of(taken(person, "search", text="holder-1"))
    assert [row[0] for row in found[1:]] == ["138****0001"]
    assert taken(person, "search", text="abc").status_code == 422


def test_only_ones_own_territory_goes_out(signed_in):
    assert [row[0] for row in rows_of(taken(signed_in("li-wei"), "queue"))[1:]] == ["138****0001"]
    assert [row[1] for row in rows_of(taken(signed_in("zhao-min"), "hits"))[1:]] == ["6222********0002"]
    assert rows_of(taken(signed_in("zhao-min"), "leads"))[1:] == []


def test_an_auditor_has_masked_files_and_others_none(signed_in, ground):
    auditor = signed_in("zhou-yi")
    assert WHOLE not in taken(auditor, "queue").text and 'name="whole"' not in auditor.get("/export").text
    assert taken(auditor, "queue", whole="yes").status_code == 403
    reference = ground[0].references.of(CHENGDU)
    masked = "".join(words(auditor.post(f"/export/card/{reference}", {"purpose": "审计"})))
    masked = re.sub(r"\b[0-9a-f]{12}\b", "", masked)  # the file's own number
    assert WHOLE not in masked and "138****0001" in masked and not re.search(r"\d{9,}", masked)
    for name in ("analyst", "operator", "admin"):
        token = token_of(signed_in(name).get("/account").text)
        for path in ("/export/list/queue", f"/export/card/{reference}"):
            answer = signed_in(name).client.post(path, data={"purpose": "x", "form_token": token})
            assert answer.status_code == 403, (name, path)


def test_nothing_goes_out_without_a_purpose_or_without_being_noted(signed_in, ground, monkeypatch):
    person, before = signed_in("wang-fang"), len(exports(ground))
    assert taken(person, "queue", purpose=" ").status_code == 422
    reference = ground[0].references.of(CHENGDU)
    assert person.post(f"/export/card/{reference}", {"purpose": ""}).status_code == 422

    def away(*_, **__):
        raise StoreUnavailableError("away")

    for name in ("jobs.casework.desk.note_lookup", "jobs.casework.desk.append_events"):
        with monkeypatch.context() as patch:
            patch.setattr(name, away)
            for answer in (taken(person, "queue"), person.post(f"/export/card/{reference}", {"purpose": "x"})):
                assert answer.status_code == 503 and "138****0001" not in answer.text
                assert "content-disposition" not in answer.headers
    assert len(exports(ground)) == before


@pytest.mark.parametrize("begin", ["=1+1", "+86", "-2", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1", "＠x"])
def test_nothing_in_a_file_is_a_formula(begin, signed_in, store, ground):
    assert neutral(begin) == f"'{begin}"
    text = b"".join(csv_lines(["a"], [[begin], [f"x{begin}"], [-5]])).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text, newline="")))[1:] == [[f"'{begin}"], [f"x{begin}"], ["-5"]]
    card = f"phone:138000001{10 + len(begin):02}"
    insert_hit(store, card, ground[1](), "yellow", 450, begin)
    store.insert("lead", {"uid": [800], "lead_id": [begin.strip() or "x"], "pushed_at": [ground[1]()],
                          "source": [begin], "card": [card], "note": [begin]})
    for kind in ("queue", "hits", "leads"):
        cells = [cell for row in rows_of(taken(signed_in("wang-fang"), kind)) for cell in row]
        assert not [cell for cell in cells if cell[:1] in tuple("=+-@\t\r\n＝＠")], kind


def test_a_large_list_is_written_in_parts_and_is_whole():
    parts = list(csv_lines(["n"], ([n] for n in range(1001))))
    assert len(parts) == 6
    assert b"".join(parts).decode("utf-8-sig").split() == ["n", *map(str, range(1001))]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_paper_of_a_card_says_on_every_page_who_when_and_what_for(signed_in, ground, language):
    person, reference = signed_in("wang-fang"), ground[0].references.of(CHENGDU)
    person.get(f"/choose/language/{language}")
    answer = person.post(f"/export/card/{reference}", {"purpose": "案件 2026-17 <b>&amp;", "whole": "yes"})
    pages = words(answer)
    person.get("/choose/language/zh")
    assert len(pages) >= 3
    for text in pages:
        flat = text.replace("\n", "")
        for part in ("导出人", "by wang-fang", "时间", "目的", "for 案件 2026-17 <b>&amp;"):
            assert part in flat, part
    assert WHOLE in pages[0] and ("命中理由" if language == "zh" else "Reasons") in pages[0]
    assert ("群呼" if language == "zh" else "mass calling") in "".join(pages)
    act = max(exports(ground).values(), key=lambda each: each.at_ms)
    assert act.payload["what"] == "card" and act.payload["rows"] > 60


def test_what_data_say_is_no_markup_of_a_paper(signed_in, ground, store):
    card = "phone:13800000129"
    insert_hit(store, card, ground[1](), "red", 900, f'{EVIL}<img src="/etc/passwd"/><a href="http://evil.example">x</a>')
    answer = signed_in("wang-fang").post(f"/export/card/{ground[0].references.of(card)}", {"purpose": "😀 \u200b案件"})
    assert answer.status_code == 422, "a purpose is printable"
    answer = signed_in("wang-fang").post(f"/export/card/{ground[0].references.of(card)}", {"purpose": "😀案件"})
    text = "".join(words(answer)).replace("\n", "")
    assert "<script>alert(1)</script>" in text and '<img src="/etc/passwd"/>' in text and "{{7*7}}" in text
    reader = pypdf.PdfReader(io.BytesIO(answer.content))
    assert not any("/Annots" in page or page.images for page in reader.pages), "no link and no picture was made of it"


@pytest.mark.parametrize("path", ["/export/list/../../etc/passwd", "/export/list/..%2f..%2fetc%2fpasswd",
                                  "/export/list/queue%00", "/export/list/users", "/export/card/%00",
                                  "/export/card/..%2f..%2fconsole.sqlite"])
def test_no_path_leads_out_of_what_can_be_taken(signed_in, path):
    person = signed_in("wang-fang")
    token = token_of(person.get("/account").text)
    answer = person.client.post(path, data={"purpose": "../../x", "form_token": token})
    assert answer.status_code in (404, 405, 422) and "content-disposition" not in answer.headers
    answer = taken(person, "queue", purpose='x"; filename="../../etc/passwd')
    assert re.fullmatch(r'attachment; filename="duanka-queue-[\dT]+-[0-9a-f]{12}\.csv"',
                        answer.headers["content-disposition"])
