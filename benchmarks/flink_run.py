"""One timed run of the Flink job: ``python -m benchmarks.flink_run BUS FOLDER``.

Prints one JSON object; seconds include the start of Flink and its workers, as a user feels it.
"""

import json
import sys
from pathlib import Path

from connectors import embedded
from jobs.run import execute
from jobs.settings import load_settings


def main(bus: Path, folder: Path) -> None:
    """Run the job over `bus` into a fresh store below `folder`."""
    store = folder / "store"
    settings = load_settings(bus=f"file://{bus}", store=f"embedded:{store}", state=folder / "state")
    end = execute(settings)
    embedded.stop(store)
    summary = end.summary
    if summary.records != summary.scored + summary.dead:
        sys.exit(f"lost records: {summary.records} read, {summary.scored} scored, {summary.dead} dead")
    rate = summary.records / summary.seconds
    print(json.dumps({"events": summary.records, "seconds": summary.seconds, "events_per_s": rate}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
