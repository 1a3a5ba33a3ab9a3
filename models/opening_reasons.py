"""Why an opening is questioned: code, words, legal basis, and what it takes to go on.

Codes 1001, 1002 and 2001 are those of the police–bank fraud-event platform; D401 to D409 are ours. The legal bases
say where they were read: a law, the platform's practice, or a press report of a rule.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType


class Advice(IntEnum):
    """What the clerk is told; the worst of all reasons counts."""

    ALLOWED = 0
    VERIFY = 1
    REFUSE = 2

    @property
    def label(self) -> str:
        return self.name.lower()

    @property
    def zh(self) -> str:
        return ("可以办理", "核实后办理", "建议不予办理")[self]


@dataclass(frozen=True)
class Words:
    """The same in Chinese and English."""

    zh: str
    en: str


@dataclass(frozen=True)
class OpeningReason:
    """A kind of reason; ``{value}`` is what was counted, ``{limit}`` what the rules allow, ``{here}`` where."""

    code: str
    advice: Advice
    words: Words
    basis: Words
    needed: Words


_REVERIFY = Words("先核验后限制：《反电信网络诈骗法》第十一条、第十八条",
                  "re-verify before restricting: Anti-Telecom-Fraud Law art. 11, 18")
_ONE_PHONE = Words("一个手机号码对应一个身份，无合理说明的共用属可疑情形：银发〔2016〕261号（据公开报道）；"
                   + _REVERIFY.zh,
                   "one phone, one identity, unexplained sharing is a reason to suspect: PBoC notice 261 of 2016 "
                   "(press); " + _REVERIFY.en)
_IDENTITY = Words("重新核验本人身份与开办意愿，询问用途并留存佐证",
                  "verify identity and will anew, ask for the use, keep the proof")
_ARTICLE_32 = Words("须书面告知理由、救济渠道与所需材料，申诉成立立即办理（第三十二条）",
                    "give reason, remedy channel and needed papers in writing, and open at once when an appeal "
                    "succeeds (art. 32)")
_REMEDY = Words("注销闲置卡或提交确需开办的证明；" + _ARTICLE_32.zh,
                "closing a card that is not used, or proof of need; " + _ARTICLE_32.en)
_CASE = Words("由主管人员复核涉案情况；" + _ARTICLE_32.zh, "a superior reviews the case; " + _ARTICLE_32.en)
_DEBIT = Words("同一人在同一银行原则上不超过4张借记卡（据公开报道）",
               "in principle at most 4 debit cards a person and bank (press)")
_PHONES = Words("同一用户在同一运营商不超过5张电话卡（据公开报道）",
                "at most 5 phone cards a user and operator (press)")


def _platform(code: str) -> Words:
    return Words(f"警银涉诈事件平台代码{code}；{_REVERIFY.zh}",
                 f"police–bank fraud-event platform, code {code}; {_REVERIFY.en}")


def _verify(code: str, zh: str, en: str, basis: Words = _REVERIFY) -> OpeningReason:
    return OpeningReason(code, Advice.VERIFY, Words(zh, en), basis, _IDENTITY)


def _refuse(code: str, zh: str, en: str, basis: Words, needed: Words) -> OpeningReason:
    return OpeningReason(code, Advice.REFUSE, Words(zh, en), basis, needed)


_ALL = (
    _verify("1001", "连同本次，{days}个工作日内开办第{value}张，达到{limit}张",
            "with this one {value} cards within {days} working days, {limit} are frequent", _platform("1001")),
    _refuse("1002", "连同本次在{here}累计开立{value}个账户，达到{limit}个",
            "with this one {value} accounts ever opened at {here}, {limit} are too many", _platform("1002"), _REMEDY),
    _refuse("2001", "名下有{value}张卡经核实涉案",
            "{value} of the person's cards were confirmed in a case", _platform("2001"), _CASE),
    _refuse("D401", "连同本次在{here}持有{value}张借记卡，超过{limit}张",
            "with this one {value} debit cards held at {here}, more than {limit}", _DEBIT, _REMEDY),
    _refuse("D402", "连同本次在{here}持有{value}张电话卡，超过{limit}张",
            "with this one {value} phone cards held at {here}, more than {limit}", _PHONES, _REMEDY),
    _verify("D403", "该地址{days}天内对应{value}个身份，达到{limit}个",
            "{value} identities gave this address within {days} days, {limit} are many"),
    _verify("D404", "该代办人{days}天内带来{value}个身份，达到{limit}个",
            "the agent brought {value} identities within {days} days, {limit} are many"),
    _verify("D405", "该联系电话{days}天内对应{value}个身份，达到{limit}个",
            "{value} identities gave this contact phone within {days} days, {limit} are too many", _ONE_PHONE),
    _verify("D406", "该联系电话登记在他人名下", "the contact phone is registered to another person", _ONE_PHONE),
    _verify("D407", "办理地远离其名下其他卡的办理地", "far from where the person's other cards were opened"),
    _refuse("D408", "名下有{value}张卡在黑名单上", "{value} of the person's cards are on a block list",
            _REVERIFY, _CASE),
    _verify("D409", "名下有{value}张卡近{days}天内命中预警",
            "{value} of the person's cards were hit within {days} days"),
)
#: Every kind of reason by its code.
REASONS: Mapping[str, OpeningReason] = MappingProxyType({reason.code: reason for reason in _ALL})
#: Code of what is shared, and the quota of each kind of card (index PHONE, ACCOUNT) with its parameter.
SHARED_CODES = MappingProxyType({"address": "D403", "agent": "D404", "linked_phone": "D405"})
QUOTAS = (("D402", "phone_cards"), ("D401", "debit_cards"))
#: Said with every answer.
A_PERSON_DECIDES = Words(
    "本答复仅为提示，由经办人员决定；不作完全自动化的决定，当事人可要求说明（《个人信息保护法》第二十四条）",
    "this answer is advice and a person decides: no purely automated decision, explanation on request (PIPL art. 24)")
