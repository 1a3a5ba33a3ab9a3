"""Whether a cluster is set up as our jobs like it; a job runs on others, too."""

from jobs.flink.cluster_rest import ClusterRest
from jobs.flink.network_options import NETWORK_OPTIONS


def unfit_options(rest: ClusterRest) -> dict[str, str]:
    """Options of the TaskManagers that should have another value, with that value.

    Read from the JobManager, whose configuration is the TaskManagers' as a rule.
    """
    given = {option["key"]: option["value"] for option in rest.get("/jobmanager/config")}
    return {name: value for name, value in NETWORK_OPTIONS.items() if given.get(name) != value}
