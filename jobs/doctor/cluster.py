"""The Flink cluster that `duanka submit` hands jobs to."""

from collections.abc import Iterator

from jobs.doctor.finding import Finding, ok, warn
from jobs.flink.cluster_address import parse_address
from jobs.flink.cluster_rest import ClusterRest
from jobs.settings import Settings


def cluster(settings: Settings) -> Iterator[Finding]:
    address = parse_address(settings.cluster, settings.cluster_ca, settings.cluster_certificate)
    with ClusterRest(address) as rest:
        seen = rest.get("/overview")
    free, total = seen["slots-available"], seen["slots-total"]
    found = (f"{address.url}, Flink {seen['flink-version']}, {seen['taskmanagers']} TaskManagers, "
             f"{free} of {total} slots free, {seen['jobs-running']} jobs")
    if free < settings.parallelism:
        yield warn("cluster", found, f"a job of parallelism {settings.parallelism} takes as many slots: stop a job, "
                   "add TaskManagers, or lower --parallelism")
    else:
        yield ok("cluster", found)
