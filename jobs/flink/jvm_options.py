"""What every JVM that runs Flink is given: how it works and ends, opened packages, and where its log goes."""

from pathlib import Path

from jobs.flink.log4j import write_log4j

#: Packages that Flink opens by reflection on Java 17.
_OPENS = ("java.lang", "java.net", "java.io", "java.nio", "sun.nio.ch", "java.lang.reflect",
          "java.text", "java.time", "java.util", "java.util.concurrent",
          "java.util.concurrent.atomic", "java.util.concurrent.locks")

#: A JVM without memory is not to be trusted: the thread that ran out is gone, and what waits for it waits for ever.
#: Its end is noticed, and the job goes on from its last checkpoint.
EXIT_WITHOUT_MEMORY = "-XX:+ExitOnOutOfMemoryError"

#: Of every JVM. It only moves bytes: the quick compiler is enough and starts sooner.
JVM_OPTIONS = ("-XX:+UseParallelGC", "-XX:TieredStopAtLevel=1", EXIT_WITHOUT_MEMORY,
               *(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in _OPENS))


def log_options(log_path: Path, folder: Path, as_json: bool = False) -> list[str]:
    """Options that send the JVM's log to `log_path` alone; writes their file into `folder`."""
    return [f"-Dlog.file={log_path}", f"-Dlog4j.configurationFile={write_log4j(folder, as_json)}"]
