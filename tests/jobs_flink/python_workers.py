"""Finds the Python workers that a JVM runs."""

import psutil


def workers_below(jvm: int) -> list[psutil.Process]:
    """Workers below the JVM (JVM -> shell -> python), without the shells between."""
    return [child for child in psutil.Process(jvm).children(recursive=True) if _is_worker(child)]


def workers_of(run_folder: str) -> list[psutil.Process]:
    """Workers, with or without a JVM, whose environment names the run's folder."""
    return [process for process in psutil.process_iter() if _is_worker(process, run_folder)]


def _is_worker(process: psutil.Process, named: str = "") -> bool:
    try:
        arguments = process.cmdline()
        return ("pyflink.fn_execution.beam.beam_boot" in arguments
                and (not named or any(named in value for value in process.environ().values())))
    except psutil.Error:  # it ended while we looked
        return False
