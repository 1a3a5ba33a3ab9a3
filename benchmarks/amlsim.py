"""AMLSim through Flink into ClickHouse, account-level figures against its truth.

    python -m benchmarks.amlsim PATH/20K_cycle200.tgz
"""

import shutil
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import orjson
import pyarrow as pa

from benchmarks.amlsim_bus import BadArchive, read_sample, write_bus
from connectors.clickhouse import open_store
from connectors.queries.stored_scores import stored_scores
from features.errors import DuankaError
from jobs.cli.evaluate import show_evaluation
from jobs.cli.output import console, messages
from jobs.evaluation import Truth, evaluate, read_truth
from jobs.run import execute
from jobs.settings import load_settings
from models.ranking_metrics import ranking

_FOLDER = Path("build/amlsim")
_BUDGETS = [100, 200, 500, 1000]


def main(archive: Path) -> int:
    """Run the whole comparison; returns the exit code."""
    shutil.rmtree(_FOLDER, ignore_errors=True)
    bus = _FOLDER / "bus"
    try:
        sample = read_sample(archive)
        write_bus(sample, bus)
        settings = load_settings(
            bus=f"file://{bus}", store=f"embedded:{_FOLDER / 'store'}", state=_FOLDER / "state", store_scores="all",
            learned=False,
        )
        end = execute(settings)
        with open_store(settings.store) as store:
            scores = pa.table(stored_scores(store))
    except (BadArchive, DuankaError) as error:
        messages.print(f"[bold red]error:[/] {error}", soft_wrap=True)
        return 2
    truth = read_truth(bus / "truth.csv")
    console.print(f"AMLSim: {len(sample.transfers):,} transfers, amounts ignored, one step a day, through Flink in "
                  f"{end.summary.seconds:.0f} s", soft_wrap=True)  # fmt: skip
    auc, precision = _counting(bus, truth)
    console.print(f"merely counting transfers: ROC-AUC {auc:.4f}, average precision {precision:.4f}")
    show_evaluation(evaluate(scores, truth, _BUDGETS))
    return 0


def _counting(bus: Path, truth: Truth) -> tuple[float, float]:
    count: Counter[str] = Counter()
    with open(bus / "txn" / "000000.ndjson", "rb") as file:
        for line in file:
            event = orjson.loads(line)
            count[f"account:{event['payer']}"] += 1
            count[f"account:{event['payee']}"] += 1
    bad = np.array([card in truth.since_ms for card in count])
    return ranking(np.array(list(count.values()), float), bad)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m benchmarks.amlsim PATH/20K_cycle200.tgz")
    sys.exit(main(Path(sys.argv[1])))
