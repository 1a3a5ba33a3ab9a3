"""Who gets a lead: by territory, then by load."""

from collections.abc import Iterable, Mapping

from casework.officers import Officer


def handler_for(area: str, officers: Iterable[Officer], load: Mapping[str, int]) -> Officer | None:
    """Return the officer that a lead of an area goes to, None if it is nobody's.

    Of the active ones who cover the area, those with the narrowest territory; of these the one with
    fewest open leads; then by name, so that the answer never depends on the order of rows.

    Parameters
    ----------
    area : str
        Six digits, or empty where nothing is known: then territory does not count.
    load : mapping
        Open leads by officer's name.
    """
    fitting = [o for o in officers if o.active and o.covers(area)]
    return min(fitting, key=lambda o: (-_narrowness(o, area), load.get(o.name, 0), o.name), default=None)


def _narrowness(officer: Officer, area: str) -> int:
    """Digits of the longest territory that holds the area."""
    if not area:
        return 0
    return max((len(t) for t in officer.territories if t != "*" and area.startswith(t)), default=0)
