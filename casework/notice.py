"""The notice to whoever holds the card: what is done, why, by what law, and how to object."""

from dataclasses import dataclass

from jinja2 import DictLoader, Environment, StrictUndefined, select_autoescape

from casework.card_case import Measure
from casework.clocks import china_date
from casework.ladder import STEP_NAMES, legal_basis


@dataclass(frozen=True)
class Office:
    """Where one objects; a setting of whoever runs the system."""

    name_zh: str = "受理单位（请在配置中填写）"
    name_en: str = "the receiving office (to be named in the configuration)"
    channel_zh: str = "受理单位窗口或服务电话"
    channel_en: str = "the office's counter or service line"


#: What the holder brings (ours, after the re-verification that arts. 11 and 18 name).
PAPERS = {
    "phone": (("有效身份证件原件", "the original of a valid identity document"),
              ("手机卡及最近使用情况说明", "the phone card and a statement of its recent use"),
              ("委托他人办理的，另附授权委托书及代理人身份证件",
               "if somebody acts for you, a power of attorney and their identity document")),
    "account": (("有效身份证件原件", "the original of a valid identity document"),
                ("银行卡或账户资料及资金来源、用途说明",
                 "the card or account papers and a statement of the money's origin and use"),
                ("委托他人办理的，另附授权委托书及代理人身份证件",
                 "if somebody acts for you, a power of attorney and their identity document")),
}

_ZH = """\
措施告知书
编号：{{ measure.measure }}
卡号：{{ shown }}
措施：{{ step_zh }}
理由：{{ reason }}
法律依据：{{ basis_zh }}
生效日期：{{ approved }}
期限：{{ until or "未设期限，期满前须复核" }}
复核日期：{{ review }}
救济途径：对本措施有异议的，可随时向{{ office.name_zh }}提出申诉（{{ office.channel_zh }}）。\
申诉成立的，措施立即解除。
所需材料：
{% for zh, _ in papers %}{{ loop.index }}. {{ zh }}
{% endfor %}"""

_EN = """\
Notice of a measure
Number: {{ measure.measure }}
Card: {{ shown }}
Measure: {{ step_en }}
Reason: {{ reason }}
Legal basis: {{ basis_en }}
In force since: {{ approved }}
Until: {{ until or "no end is set; it is reviewed before it goes on" }}
Review: {{ review }}
Remedy: you may object at any time, to {{ office.name_en }} ({{ office.channel_en }}). \
If your objection is right, the measure is lifted at once.
Papers needed:
{% for _, en in papers %}{{ loop.index }}. {{ en }}
{% endfor %}"""

# Text stays as it was written, since it is printed; a page that shows it escapes it, as .html templates do.
_TEMPLATES = Environment(loader=DictLoader({"zh.txt": _ZH, "en.txt": _EN}), autoescape=select_autoescape(["html"]),
                         undefined=StrictUndefined, keep_trailing_newline=True)


def notice_texts(card: str, measure: Measure, office: Office) -> tuple[str, str]:
    """Return the notice of an approved measure, in Chinese and in English.

    The reason stands in both as the officer wrote it. The card's number is shown by its last four digits.

    Raises
    ------
    jinja2.UndefinedError
        A template names what is not given: a fault of ours, and never an empty place in a notice.
    """
    kind, _, number = card.partition(":")
    basis = legal_basis(card)
    given = {
        "measure": measure, "shown": f"…{number[-4:]}", "reason": measure.reason, "office": office,
        "step_zh": STEP_NAMES[measure.step][0], "step_en": STEP_NAMES[measure.step][1],
        "basis_zh": basis[0], "basis_en": basis[1], "papers": PAPERS[kind],
        "approved": china_date(measure.approved_ms), "review": china_date(measure.review_ms),
        "until": china_date(measure.until_ms) if measure.until_ms else "",
    }
    return _TEMPLATES.get_template("zh.txt").render(given), _TEMPLATES.get_template("en.txt").render(given)
