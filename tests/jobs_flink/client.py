"""A client process of its own, to be killed: ``python client.py FOLDER fresh|latest``."""

import sys
from pathlib import Path

from conftest import ToyRun

from jobs.flink import gateway
from jobs.flink.run import run_job

if __name__ == "__main__":
    run = ToyRun(Path(sys.argv[1]))
    restore = None if sys.argv[2] == "fresh" else "latest"

    def report(progress):
        chosen = progress.checkpoint.name if progress.checkpoint else "none"
        print(gateway.gateway_pid(), progress.status, chosen, flush=True)

    run_job(run.toy(delay_s=0.06).factory(), run.settings(parallelism=2, restore_from=restore),
            on_progress=report)
    print("0 DONE none", flush=True)
