"""Figures as short as a picture needs them, and how wide a text is."""

from unicodedata import east_asian_width

from console.texts import Texts

_UNITS = {"zh": ((100_000_000, "亿"), (10_000, "万")), "en": ((1_000_000, "M"), (1_000, "k"))}


def brief(number: float, t: Texts) -> str:
    """A number to three digits.

    >>> brief(123456, Texts("zh")), brief(123456, Texts("en")), brief(950.5, Texts("zh")), brief(2e8, Texts("zh"))
    ('12.3万', '123k', '950', '2亿')
    """
    for size, name in _UNITS[t.language]:
        if number >= 0.9995 * size:
            value = number / size
            return f"{value:.0f}{name}" if value >= 99.95 else f"{value:.1f}".removesuffix(".0") + name
    return f"{number:.0f}"


def yuan(fen: int, t: Texts) -> str:
    return brief(fen / 100, t)


def width_of(text: str, size: float) -> float:
    """How wide a text is at most, in the units of `size`: an estimate that rather errs upward.

    >>> width_of("6222万", 10)
    36.0
    """
    return size * sum(1.0 if east_asian_width(letter) in "WF" else 0.65 for letter in text)
