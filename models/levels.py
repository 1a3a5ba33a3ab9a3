"""Levels of a hit, lowest first."""

from enum import IntEnum


class Level(IntEnum):
    """How urgent a hit is; 0 is no hit."""

    NONE = 0
    BLUE = 1
    YELLOW = 2
    ORANGE = 3
    RED = 4

    @property
    def label(self) -> str:
        return self.name.lower()
