"""Where Flink's jars are: in the installed PyFlink, or where FLINK_HOME says."""

from pathlib import Path


def flink_home() -> Path:
    """Folder with Flink's `bin`, `lib`, `opt` and `plugins`."""
    from pyflink.find_flink_home import _find_flink_home

    return Path(_find_flink_home())


def runtime_jars(home: Path) -> list[Path]:
    """Jars that a DataStream job in Python needs at run time.

    Without the table planner: 60 MB that such a job never opens.
    """
    jars = [jar for jar in sorted((home / "lib").glob("*.jar"))
            if "planner" not in jar.name and "scala" not in jar.name]
    return [*jars, *python_jars(home)]


def python_jars(home: Path) -> list[Path]:
    """The jar that runs Python operators; Flink's own distribution does not load it by default."""
    return sorted((home / "opt").glob("flink-python*.jar"))
