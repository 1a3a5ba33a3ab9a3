"""Starts the process of a Kafka broker, straight from its jars."""

import base64
import subprocess
import uuid
from pathlib import Path

from deploy.errors import DeployError
from deploy.local.broker_plan import BrokerPlan
from deploy.local.maven_jars import class_path, maven_jars
from jobs.flink.java import find_java

_POM = Path(__file__).resolve().parents[1] / "kafka" / "pom.xml"
#: Jars are kept beside all brokers' folders, since tests start brokers in folders of their own.
_JARS = Path("build/kafka")
_LOG4J = """\
status = error
rootLogger.level = info
rootLogger.appenderRef.file.ref = file
appender.file.type = RollingFile
appender.file.name = file
appender.file.fileName = {log}
appender.file.filePattern = {log}.%i
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = %d{{ISO8601}} %-5p %c{{1}}: %m%n
appender.file.policies.type = Policies
appender.file.policies.size.type = SizeBasedTriggeringPolicy
appender.file.policies.size.size = 20MB
appender.file.strategy.type = DefaultRolloverStrategy
appender.file.strategy.max = 2
"""



def format_storage(plan: BrokerPlan) -> None:
    """Write the configuration, and prepare the data folder unless an earlier start did.

    Raises
    ------
    DeployError
        Java or Maven is missing, or Kafka refused the configuration.
    """
    for part in ("conf", "log"):
        (plan.folder / part).mkdir(parents=True, exist_ok=True)
    if plan.tls:
        # Imported late: what makes certificates is installed for development alone.
        from deploy.local.development_ca import issue_certificates

        issue_certificates(plan.certificates)
    properties = "".join(f"{name}={value}\n" for name, value in plan.properties().items())
    _properties(plan).write_text(properties)
    (plan.folder / "conf" / "log4j2.properties").write_text(_LOG4J.format(log=_log(plan)))
    if (plan.folder / "data" / "meta.properties").exists():
        return
    identity = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=").replace("-", "A", 1)
    done = subprocess.run([*_java(plan), "kafka.tools.StorageTool", "format", "-t", identity, "-c", _properties(plan)],
                          capture_output=True, text=True, timeout=120)
    if done.returncode:
        raise DeployError(f"Kafka could not prepare {plan.folder / 'data'}: {(done.stderr or done.stdout)[-400:]}")


def cluster_id(plan: BrokerPlan) -> str:
    """The identity that the data folder was prepared with."""
    lines = (plan.folder / "data" / "meta.properties").read_text().splitlines()
    return next(line.removeprefix("cluster.id=") for line in lines if line.startswith("cluster.id="))


def start_process(plan: BrokerPlan) -> int:
    """Start the broker, and return the number of its process at once."""
    with (plan.folder / "log" / "broker.out").open("wb") as output:
        process = subprocess.Popen([*_java(plan), "kafka.Kafka", str(_properties(plan))], cwd=plan.folder,
                                   stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True)
    # Nobody waits for it by this object: brokers outlive who started them, and Python warns of running ones.
    process.returncode = 0
    return process.pid


def last_words(plan: BrokerPlan) -> str:
    """The reason that a broker gave before it ended."""
    said = [line for file in (_log(plan), plan.folder / "log" / "broker.out") if file.exists()
            for line in file.read_text(errors="replace").splitlines()
            if "Exception" in line and not line.startswith("\t")]
    return f"{said[-1][:300]} ({_log(plan)})" if said else f"no reason given, look at {_log(plan)}"


def broker_jars() -> Path:
    """The folder of Kafka's jars; fetches them where they are not there yet.

    Raises
    ------
    DeployError
        Maven is missing or failed.
    """
    return maven_jars(_POM, _JARS.resolve())


def _java(plan: BrokerPlan) -> list[str]:
    jars = broker_jars()
    return [str(find_java().executable), f"-Xmx{plan.heap_mib}m", "-XX:+UseSerialGC",
            # A broker on loopback mostly moves bytes: the quick compiler starts it in half the CPU time.
            "-XX:TieredStopAtLevel=1",
            f"-Dlog4j2.configurationFile={plan.folder / 'conf' / 'log4j2.properties'}", "-cp", class_path(jars)]


def _properties(plan: BrokerPlan) -> Path:
    return plan.folder / "conf" / "server.properties"


def _log(plan: BrokerPlan) -> Path:
    return plan.folder / "log" / "broker.log"
