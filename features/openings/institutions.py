"""Which bank or operator a card belongs to, told by its number.

A phone's operator is that of its network prefix; a number that was taken along to another operator keeps its
old prefix, so such a card counts at the old one. An account's bank is its issuer prefix, the first six digits,
unless the site's rules name the prefixes of its banks: one bank has several, and cards under prefixes that are
not named count apart, hence never too many.
"""

from collections.abc import Mapping
from types import MappingProxyType

#: Digits of an issuer's identification in bank card numbers as they are printed in China.
ISSUER_DIGITS = 6
#: Network prefixes by operator (MIIT number plan, the common ones).
_PREFIXES = {
    "mobile": "134 135 136 137 138 139 147 150 151 152 157 158 159 172 178 182 183 184 187 188 195 197 198",
    "unicom": "130 131 132 145 155 156 166 171 175 176 185 186 196",
    "telecom": "133 149 153 173 174 177 180 181 189 190 191 193 199",
    "broadnet": "192",
}
OPERATORS: Mapping[str, str] = MappingProxyType(
    {prefix: operator for operator, prefixes in _PREFIXES.items() for prefix in prefixes.split()}
)


def institution_of(card: str, issuers: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return the bank or operator of a card.

    Parameters
    ----------
    card : str
        ``phone:…`` or ``account:…``.
    issuers : mapping of prefix to name
        Of the site; the longest prefix that fits wins, for accounts and phones alike.

    Returns
    -------
    str
        A name, an issuer prefix, or the first three digits of a phone that no operator is known for.

    Examples
    --------
    >>> institution_of("phone:13800000001"), institution_of("account:6222620000000001")
    ('mobile', '622262')
    >>> institution_of("account:6222620000000001", {"622262": "BOCOM"})
    'BOCOM'
    """
    kind, _, number = card.partition(":")
    for size in range(min(len(number), 12), 0, -1) if issuers else ():
        if (name := issuers.get(number[:size])) is not None:
            return name
    if kind == "phone":
        bare = number.removeprefix("+86") if number.startswith("+86") else number
        return OPERATORS.get(bare[:3], bare[:3])
    return number[:ISSUER_DIGITS]
