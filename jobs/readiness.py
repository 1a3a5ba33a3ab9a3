"""What a run needs before it begins, looked at in seconds, so that a wrong setting is said at once."""

from connectors.clickhouse import open_store
from connectors.retry import RetryPolicy
from jobs.flink.java import find_java
from jobs.flink.metrics_server import served_metrics
from jobs.settings import Settings

#: A store that is not there is said after about 3 s; a running job waits for it for 20 s (ours).
FIRST_CONTACT = RetryPolicy(attempts=6)


def require_ready(settings: Settings) -> None:
    """Refuse to begin where Java, the bus or the store is missing, or the metrics' port is taken; changes nothing.

    Raises
    ------
    DuankaError
        One sentence on the first part that is missing.
    """
    find_java()
    with served_metrics(settings.metrics_port):
        """The port is free."""
    settings.require_bus()
    with open_store(settings.store, FIRST_CONTACT) as store:
        store.server_version()
