"""What stands on the paper of a card."""

from casework.ladder import STEP_NAMES
from connectors.masking import mask_numbers
from console.card_record import CardRecord
from console.export.paper import Part
from console.masked_card import masked
from console.render import day, yuan
from console.texts import Texts
from console.typology_names import typology_names

#: Rows of a table (ours): a paper is read by people.
_MOST = 200


def card_paper(record: CardRecord, t: Texts, whole: bool) -> tuple[str, list[str], list[Part], int]:
    """Return title, lines, parts, and how many rows the parts have."""
    view, case = record.view, record.case

    def name(card: str) -> str:
        return card.partition(":")[2] or card if whole else masked(card)

    def plain(text: str) -> str:
        return text if whole else mask_numbers(text)

    lines = [f"{t('queue.level')} {t.of('level', view.level)} {view.risk}" if view.level else t("card.no_hit"),
             f"{t('queue.area')} {record.facts.area or t('console.none')}",
             f"{t('queue.verdict')} {t.of('verdict', record.verdict) if record.verdict else t('console.none')}",
             f"{t('card.next')} {t.pick(*STEP_NAMES[record.next_step]) if record.next_step else t('card.next_none')}"]
    if record.facts.warnings:
        lines.append(t("card.victim", ids=", ".join(record.facts.warnings)))
    names = typology_names()
    reasons = [[day(hit["last_seen_ms"]), t.of("level", hit["level"]), str(hit["risk"]),
                " ".join(t.pick(*names[code]) if code in names else code for code in hit["typologies"]),
                plain("; ".join(hit["reasons_zh" if t.language == "zh" else "reasons_en"]))] for hit in view.hits]
    events = [[day(event["event_time_ms"]), t.of("event", f"{event['topic']}_{event['role']}"),
               name(event["counterparty"]) if event["counterparty"] else "", yuan(event["amount_fen"]),
               str(event["duration_s"] or "")] for event in view.events]
    peers = [[name(peer["counterparty"]), t.of("way_of", peer["direction"]), str(peer["n"]), yuan(peer["amount_fen"]),
              day(peer["last_seen_ms"])] for peer in view.counterparties]
    links = [[t.of("kind", link.kind), plain(link.thing.partition(":")[2]), str(link.sharers or ""),
              day(link.last_seen_ms)] for link in record.entity.links if link.card == record.card]
    measures = [[each.measure, t.pick(*STEP_NAMES[each.step]), t.of("status", each.status), each.proposed_by,
                 each.approved_by] for each in case.measures.values()]
    history = [[day(event.act.at_ms), t.of("act", event.act.action), event.act.officer, plain(event.act.reason)]
               for event in record.history]
    parts: list[Part] = [
        (t("card.reasons"), (t("card.time"), t("queue.level"), t("queue.risk"), t("queue.types"), t("card.reason")),
         reasons, (3, 1.5, 1.5, 4, 8)),
        (t("card.events"), (t("card.time"), t("card.what"), t("card.other"), t("card.amount"), t("card.length")),
         events, (3, 3, 4, 3, 2)),
        (t("card.counterparties"), (t("card.other"), t("card.direction"), t("card.n"), t("card.total"),
                                    t("card.last")), peers, (4, 3, 2, 3, 3)),
        (t("card.entity"), (t("card.thing"), "", t("card.shared"), t("card.last")), links, (3, 6, 2, 3)),
        (t("card.standing"), ("", t("card.what"), "", "", ""), measures, (3, 3, 3, 3, 3)),
        (t("card.history"), (t("card.time"), t("card.what"), t("audit.by"), t("card.reason")), history, (3, 3, 3, 7)),
    ]
    parts = [(heading, header, rows[:_MOST], shares) for heading, header, rows, shares in parts if rows]
    kind = t.of("kind", record.card.partition(":")[0])
    return f"{name(record.card)}  {kind}", lines, parts, sum(len(rows) for _, _, rows, _ in parts)
