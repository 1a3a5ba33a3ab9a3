"""What every JVM that runs Flink is given: opened packages, and where its log goes."""

from pathlib import Path

#: Packages that Flink opens by reflection on Java 17.
_OPENS = ("java.lang", "java.net", "java.io", "java.nio", "sun.nio.ch", "java.lang.reflect",
          "java.text", "java.time", "java.util", "java.util.concurrent",
          "java.util.concurrent.atomic", "java.util.concurrent.locks")

OPENED_PACKAGES = tuple(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in _OPENS)

_LOG4J = """\
rootLogger.level = INFO
rootLogger.appenderRef.file.ref = file
appender.file.name = file
appender.file.type = RollingFile
appender.file.fileName = ${sys:log.file}
appender.file.filePattern = ${sys:log.file}.%i
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = %d{ISO8601} %-5p %c{1} - %m%n
appender.file.policies.type = Policies
appender.file.policies.size.type = SizeBasedTriggeringPolicy
appender.file.policies.size.size = 50MB
appender.file.strategy.type = DefaultRolloverStrategy
appender.file.strategy.max = 3
logger.pekko.name = org.apache.pekko
logger.pekko.level = WARN
"""


def log_options(log_path: Path, folder: Path) -> list[str]:
    """Options that send the JVM's log to `log_path` alone; writes their file into `folder`."""
    log4j = folder / "log4j2.properties"
    log4j.write_text(_LOG4J)
    return [f"-Dlog.file={log_path}", f"-Dlog4j.configurationFile={log4j}"]
