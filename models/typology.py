"""What a typology is: a named, explainable pattern with parameters."""

from collections.abc import Mapping
from dataclasses import dataclass

Parameters = Mapping[str, float]


@dataclass(frozen=True)
class Sum:
    """Two features added."""

    a: str
    b: str


@dataclass(frozen=True)
class Ratio:
    """One feature over another, the lower one taken as at least `least`."""

    a: str
    b: str
    least: float


@dataclass(frozen=True)
class Term:
    """One condition of a typology: a value, and the two parameters between which it comes to hold.

    The condition counts 0 at `none`, 1 at `full` and in proportion between: a ramp. Either may be
    the larger one.

    Attributes
    ----------
    value : str, Sum or Ratio
        A feature's name, or two features combined.
    none, full : str
        Names of parameters.
    """

    value: str | Sum | Ratio
    none: str
    full: str


@dataclass(frozen=True)
class Typology:
    """A pattern that gives a card away: all its terms at once, its strength their product.

    Attributes
    ----------
    code : str
        Code of the police-bank platform where one exists, ours (``D…``) otherwise.
    zh, en : str
        Its name.
    kind : {PHONE, ACCOUNT}
    parameters : mapping
        Defaults of every parameter; ``weight`` is how much full strength counts, 0 to 1.
    terms : tuple of Term
        The most selective first: later ones are looked at only where the earlier ones hold.
    reason_zh, reason_en : str
        Format strings over feature names.
    source : str
        Where the pattern and its parameters come from.
    """

    code: str
    zh: str
    en: str
    kind: int
    parameters: Parameters
    terms: tuple[Term, ...]
    reason_zh: str
    reason_en: str
    source: str
