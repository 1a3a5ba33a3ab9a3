"""Every feature there is, with what people call it: one definition each.

A column without a definition fails a test; so does a definition without a column.
"""

from types import MappingProxyType

from features.account_catalogue import ACCOUNT_DEFINITIONS
from features.definition import Definition
from features.errors import DuankaError
from features.phone_catalogue import PHONE_DEFINITIONS
from features.roles import ACCOUNT, DEVICE, PHONE

#: What a shard of devices finds out and tells cards of; see :mod:`features.device`.
DEVICE_DEFINITIONS = (
    Definition(
        "cards", "cards", "seven days", "一周内用过 {:.0f} 张卡", "cards within a week: {:.0f}",
        "一周内用过该终端的不同卡数", "distinct cards that used the device within a week", 192,
        "at most 24; 32-bit hashes",
    ),
    Definition(
        "confirmed", "cards", "90 days", "曾用涉案卡 {:.0f} 张", "confirmed cards: {:.0f}",
        "90天内用过该终端的其他已确认涉案卡数",
        "other cards that used the device within 90 days and are confirmed", 196,
        "32-bit hashes: an innocent card passes for a confirmed one in 4 of a million",
    ),
)  # fmt: skip

#: Definitions by kind of entity, in the order of the columns.
CATALOGUE = MappingProxyType(
    {PHONE: PHONE_DEFINITIONS, ACCOUNT: ACCOUNT_DEFINITIONS, DEVICE: DEVICE_DEFINITIONS}
)
_BY_NAME = MappingProxyType({d.name: d for definitions in CATALOGUE.values() for d in definitions})


class UnknownFeature(DuankaError, KeyError):
    """There is no feature of that name."""

    def __str__(self) -> str:
        return self.args[0]


def label(name: str, lang: str) -> str:
    """What a person calls a feature, with a place for its value.

    Parameters
    ----------
    name : str
    lang : {"zh", "en"}

    Raises
    ------
    UnknownFeature

    Examples
    --------
    >>> label("calls_per_counterpart_28d", "zh").format(1.13)
    '每个对端通话次数 1.1'
    """
    definition = _BY_NAME.get(name)
    if definition is None:
        raise UnknownFeature(f"no feature is called {name!r}; all are listed in docs/features.md")
    return definition.zh if lang == "zh" else definition.en
