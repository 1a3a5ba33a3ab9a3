"""A client process of its own, to be killed, or starved of memory: ``python client.py FOLDER fresh|latest|starved``."""

import sys
from pathlib import Path

from conftest import ToyRun
from pyflink.java_gateway import get_gateway

from jobs.flink import gateway
from jobs.flink.run import run_job

if __name__ == "__main__":
    run = ToyRun(Path(sys.argv[1]))
    mode = sys.argv[2]
    restore = "latest" if mode == "latest" else None

    def report(progress):
        chosen = progress.checkpoint.name if progress.checkpoint else "none"
        print(gateway.gateway_pid(), progress.status, chosen, flush=True)
        if mode == "starved" and progress.checkpoint:
            java = get_gateway()
            java.new_array(java.jvm.byte, 1 << 30)

    run_job(run.toy(delay_s=0.06).factory(), run.settings(parallelism=2, restore_from=restore),
            on_progress=report)
    print("0 DONE none", flush=True)
