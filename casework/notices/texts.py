"""A notice in words, Chinese and English.

It leaves the police network. So it names a card by its last four digits, and for the rest the reference by
which the officer looks it up: no reasons, no names, no other party.
"""

from collections.abc import Mapping

from jinja2 import DictLoader, Environment, StrictUndefined, select_autoescape

from casework.notices.plan import Notice
from casework.notices.subject import Kind, Subject

_WORDS = {
    "yellow": ("黄色", "yellow"), "orange": ("橙色", "orange"), "red": ("红色", "red"), "blue": ("蓝色", "blue"),
    "pressing": ("即将到期", "due soon"), "overdue": ("已逾期", "overdue"),
}
_KINDS = {Kind.WARNING: ("受害人预警", "victim warning"), Kind.HIT: ("高风险卡", "hit"), Kind.LEAD: ("线索", "lead")}

_TITLE = ("断卡 Duanka: {% if lines | length == 1 %}{{ lines[0].kind[0] }}（{{ lines[0].stage[0] }}） / "
          "{{ lines[0].kind[1] }} ({{ lines[0].stage[1] }})"
          "{% else %}{{ lines | length }} 条提醒 / {{ lines | length }} notices{% endif %}")
_BODY = """\
{% if lines[0].urgent %}有人可能正在被骗，请立即联系本人劝阻，并可止付。
Somebody may be being cheated: reach them now, while the money can be stopped.
{% endif %}{% if officer %}承办 / handler: {{ officer }}
{% endif %}{% for line in lines %}
{{ line.kind[0] }}（{{ line.stage[0] }}） / {{ line.kind[1] }} ({{ line.stage[1] }}): {{ line.identity }}
{% if line.facts.card %}卡号尾号 / card: {{ line.facts.card }}
{% endif %}{% if line.facts.codes %}类型 / typologies: {{ line.facts.codes | join(" ") }}
{% endif %}{% if line.facts.yuan %}金额 / amount: {{ line.facts.yuan }} 元 yuan
{% endif %}{% if line.facts.due %}期限 / due: {{ line.facts.due }}
{% endif %}{% endfor %}
在断卡系统中按以上编号查询详情。/ Look the references above up in Duanka.
通知编号 / notice: {{ notice_id }}
"""
# Text stays as it is: channels are plain text.
_TEMPLATES = Environment(loader=DictLoader({"title.txt": _TITLE, "body.txt": _BODY}),
                         autoescape=select_autoescape(["html"]), undefined=StrictUndefined)


def notice_texts(notice: Notice, known: Mapping[str, Subject]) -> tuple[str, str]:
    """Return title and body of a notice.

    Parameters
    ----------
    known : mapping of str to Subject
        By key; one that is no longer known is named by its reference alone.
    """
    lines = []
    for entry in notice.entries:
        facts = known[entry.subject].facts if entry.subject in known else {}
        facts = {name: facts.get(name) for name in ("card", "codes", "yuan", "due")}
        lines.append({"kind": _KINDS[entry.kind], "stage": _WORDS[entry.stage], "facts": facts,
                      "identity": entry.subject.partition(":")[2], "urgent": entry.kind is Kind.WARNING})
    given = {"lines": lines, "officer": notice.officer, "notice_id": notice.notice_id}
    return _TEMPLATES.get_template("title.txt").render(given), _TEMPLATES.get_template("body.txt").render(given)
