"""Flink's own log: text or JSON, one file put aside in time, numbers of cards masked as in ours.

The masking is :func:`connectors.masking.mask_numbers` in the language of log4j's patterns: first
each long number becomes its first three digits and four stars; what must stay, a job's id and the
date in a run's name, gets the stars as well, and the second step takes them away again.
"""

import json
from pathlib import Path

_NUMBERS = (
    r"(?<![0-9a-f])((?=[0-9]*[a-f])[0-9a-f]{32})(?![0-9a-f])|(?<![0-9])(20[0-9]{6})(?=T[0-9]{6})"
    r"|([0-9]{3})(?:[0-9]{4,}|[0-9]{0,4}(?:[ -][0-9]{4}){2,4}[0-9]*)"
)
_KEPT = r"(?<=(?<![0-9a-f])[0-9a-f]{32})[*]{4}|[*]{4}(?=T[0-9]{6})"
_JSON_TEMPLATE = "flink-log.json"

_CONFIGURATION = """\
rootLogger.level = INFO
rootLogger.appenderRef.file.ref = file
appender.file.name = file
appender.file.type = RollingFile
appender.file.fileName = ${sys:log.file}
appender.file.filePattern = ${sys:log.file}.%i
"""
_POLICY = """\
appender.file.policies.type = Policies
appender.file.policies.size.type = SizeBasedTriggeringPolicy
appender.file.policies.size.size = 50MB
appender.file.strategy.type = DefaultRolloverStrategy
appender.file.strategy.max = 3
logger.pekko.name = org.apache.pekko
logger.pekko.level = WARN
# Beam counts down what holds a worker, logs that, and counts on: where another thread counts meanwhile, Flink
# ends the task manager. A masked line takes 10 ms; without it the gap is some microseconds.
logger.workers.name = org.apache.beam.runners.fnexecution.control.DefaultJobBundleFactory
logger.workers.level = ERROR
"""


def masked(pattern: str) -> str:
    """A pattern of log4j whose outcome is masked."""
    return f"%replace{{%replace{{{pattern}}}{{{_NUMBERS}}}{{$1$2$3****}}}}{{{_KEPT}}}{{}}"


def write_log4j(folder: Path, as_json: bool = False) -> Path:
    """Write the configuration into `folder`; the property ``log.file`` of the JVM says where the log goes."""
    if as_json:
        template = folder / _JSON_TEMPLATE
        template.write_text(json.dumps(_template(), indent=2) + "\n")
        layout = _layout(type="JsonTemplateLayout", eventTemplateUri=template.resolve().as_uri())
    else:
        # Exceptions are a part of the pattern, so that they are masked.
        pattern = "%d{ISO8601} %-5p %c{1} - " + masked("%m%n%xEx")
        layout = _layout(type="PatternLayout", alwaysWriteExceptions="false", pattern=pattern)
    configuration = folder / "log4j2.properties"
    configuration.write_text(_CONFIGURATION + layout + _POLICY)
    return configuration


def _layout(**options: str) -> str:
    return "".join(f"appender.file.layout.{name} = {value}\n" for name, value in options.items())


def _template() -> dict:
    clock = {"format": "yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "timeZone": "UTC"}
    return {
        "time": {"$resolver": "timestamp", "pattern": clock},
        "level": {"$resolver": "level", "field": "name"},
        "logger": {"$resolver": "logger", "field": "name"},
        "thread": {"$resolver": "thread", "field": "name"},
        "message": {"$resolver": "pattern", "pattern": masked("%m"), "stackTraceEnabled": False},
        "exception": {"$resolver": "pattern", "pattern": masked("%xEx"), "stackTraceEnabled": False},
    }
