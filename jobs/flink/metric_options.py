"""Flink's options that bring its metrics, ours among them, to Prometheus."""

from pathlib import Path

#: Name of the reporter in Flink's options.
_REPORTER = "metrics.reporter.prom"
_PACKAGE = "org.apache.flink.metrics.prometheus"
#: How often Flink tells its metrics where it pushes them (ours).
PUSH_S = 2

#: Whether Python operators have metrics at all; an option of the job, not of the cluster.
PYTHON_METRICS = "python.metric.enabled"


def prometheus_options(port_range: str) -> dict[str, str]:
    """Options of a cluster whose processes each serve their metrics on a port of `port_range`.

    Every JobManager and TaskManager takes the first free port, so a machine with one JobManager and
    four TaskManagers needs five, such as ``"9250-9254"``. The reporter's jar is in Flink's folder
    `plugins` already. **Flink's reporter listens on all addresses and cannot be told otherwise**:
    keep these ports behind a firewall, or push (:func:`push_options`).

    >>> prometheus_options("9250-9254")["metrics.reporter.prom.port"]
    '9250-9254'
    """
    return {
        f"{_REPORTER}.factory.class": f"{_PACKAGE}.PrometheusReporterFactory",
        f"{_REPORTER}.port": port_range,
        **_LABELS,
    }


def push_options(url: str, job: str) -> dict[str, str]:
    """Options of processes that push their metrics to a Pushgateway, or to what receives like one.

    Parameters
    ----------
    url : str
        Such as ``http://127.0.0.1:9091``.
    job : str
        Group under which they are pushed; each process of a cluster needs one of its own.
    """
    return {
        f"{_REPORTER}.factory.class": f"{_PACKAGE}.PrometheusPushGatewayReporterFactory",
        f"{_REPORTER}.hostUrl": url,
        f"{_REPORTER}.jobName": job,
        f"{_REPORTER}.randomJobNameSuffix": "false",
        f"{_REPORTER}.deleteOnShutdown": "true",
        f"{_REPORTER}.interval": f"{PUSH_S} s",
        **_LABELS,
    }


def reporter_jars(home: Path) -> list[Path]:
    """The reporters' jar, for a JVM that does not load plugins."""
    return sorted((home / "plugins" / "metrics-prometheus").glob("*.jar"))


#: Labels as they are: the default drops every character but letters, digits, colon and underscore.
_LABELS = {f"{_REPORTER}.filterLabelValueCharacters": "false"}
