"""Versions of the states that a run keeps, noted in its folder, so that another release knows them before it starts."""

from collections.abc import Mapping

from features import card_features, device_features, payee_features, person_features
from features.errors import DuankaError
from jobs import card_shard, opening_shard, taint_shard

#: What this release writes and reads, by the name that docs/operations.md has for it.
STATES: Mapping[str, int] = {
    "cards": card_features.STATE_VERSION,
    "devices": device_features.STATE_VERSION,
    "card shard": card_shard.STATE_VERSION,
    "persons": person_features.STATE_VERSION,
    "payees": payee_features.STATE_VERSION,
    "taint": taint_shard.STATE_VERSION,
    "openings": opening_shard.STATE_VERSION,
}
#: Runs of release 0.1.0 did not note them.
OF_0_1_0: Mapping[str, int] = {"cards": 2, "devices": 2, "card shard": 2}


class OtherStateVersion(DuankaError):
    """A run's state was written by a release whose states this one does not read."""


def require_readable(run_id: str, states: Mapping[str, int]) -> None:
    """Refuse a run whose states are of other versions.

    Raises
    ------
    OtherStateVersion
    """
    # A release that did not have one of the states leaves it empty.
    if states.keys() <= STATES.keys() and all(STATES[name] == version for name, version in states.items()):
        return
    raise OtherStateVersion(
        f"the state of {run_id} has the versions {_text(states)}, and this release reads {_text(STATES)}: go on with "
        "the release that wrote it, or begin a new run, which brings the hits of this release's rules and models"
    )


def _text(states: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {version}" for name, version in states.items())
