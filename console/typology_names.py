"""Names of typologies in both languages, as the rules call them."""

from functools import cache

from models.typologies import TYPOLOGIES
from models.victims.victim_typologies import NAMES


@cache
def typology_names() -> dict[str, tuple[str, str]]:
    """Chinese and English names by code."""
    return {typology.code: (typology.zh, typology.en) for typology in TYPOLOGIES} | NAMES
