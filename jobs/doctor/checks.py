"""Which parts are looked at, in which order."""

from collections.abc import Iterator
from functools import partial

from jobs.doctor import bus, cluster, java, packages, ports, rules_and_models, state_folder, store
from jobs.doctor.finding import Check, Finding, findings
from jobs.settings import Settings


def examine(settings: Settings, production: bool = False) -> Iterator[Finding]:
    """Look at every part, one after the other; changes nothing, but starts an embedded store.

    Parameters
    ----------
    production : bool
        Also at what only operation on a cluster needs.
    """
    for part, check in _checks(settings, production):
        yield from findings(part, check)


def _checks(settings: Settings, production: bool) -> Iterator[tuple[str, Check]]:
    yield "python", packages.python
    yield "packages", packages.packages
    yield "java", java.java
    if production or settings.kafka_bus is not None:
        yield "mvn", java.maven
    for part, check in (("rules", rules_and_models.rules), ("models", rules_and_models.models), ("bus", bus.bus),
                        ("store", store.store), ("state", state_folder.state), ("checkpoint", state_folder.checkpoint),
                        ("ports", ports.ports)):
        yield part, partial(check, settings)
    if production or settings.cluster != Settings().cluster:
        yield "cluster", partial(cluster.cluster, settings)
