"""What there is to say about a feature."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Definition:
    """One feature, for people.

    Attributes
    ----------
    name : str
        The column's.
    unit : str
    window : str
        Half-life, window, or what it lasts for.
    zh, en : str
        What a person calls it, with one place for the value: ``"每个对端通话次数 {:.1f}"``.
    means_zh, means_en : str
        How it comes about, in a sentence.
    state : int
        Bytes of an entity's state that it is read from; what several features read counts with each.
    error : str
        Bound of its error where it is an estimate, empty where it is exact.
    """

    name: str
    unit: str
    window: str
    zh: str
    en: str
    means_zh: str
    means_en: str
    state: int
    error: str = ""
