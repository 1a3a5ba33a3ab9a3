"""IBM's AMLSim sample as a bus: transfers as payments, laundering accounts as the truth."""

import csv
import io
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import orjson

#: Day of step 0; AMLSim counts steps from it, one a day.
START_MS = 1_735_689_600_000
DAY_MS = 86_400_000
#: Every amount is the same: in this sample each transfer below 100 is laundering and no other is,
#: so that the true amounts would give the answer away. Yuan.
AMOUNT = "1000.00"


class BadArchive(ValueError):
    """The file is not the AMLSim sample; the message says what is missing."""


def write_bus(archive: Path, bus: Path) -> int:
    """Write the sample's transfers to ``bus/txn`` and its truth to ``bus/truth.csv``.

    All transfers of a step carry the same time: their order in the file says nothing.

    Returns
    -------
    int
        Number of transfers.

    Raises
    ------
    BadArchive
        Not a readable archive, or without ``nodes.csv`` or ``transactions.csv``.
    """
    transfers, nodes = _read(archive)
    (bus / "txn").mkdir(parents=True, exist_ok=True)
    with open(bus / "txn" / "000000.ndjson", "wb") as file:
        for number, row in enumerate(transfers):
            event = {
                "event_id": f"amlsim-{number:06d}",
                "event_time": START_MS + int(row["time"]) * DAY_MS,
                "payer": row["sourceNodeId"],
                "payee": row["targetNodeId"],
                "amount": AMOUNT,
            }
            file.write(orjson.dumps(event) + b"\n")
    last_ms = START_MS + max(int(row["time"]) for row in transfers) * DAY_MS
    with open(bus / "truth.csv", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("card", "role", "from", "to", "scenario"))
        for node in nodes:
            if node["isFraud"] == "1":
                step = max(int(node["fraudStep"]), 0)
                since = _iso(START_MS + step * DAY_MS)
                writer.writerow((f"account:{node['nodeid']}", "mule", since, _iso(last_ms), "cycle"))
    return len(transfers)


def _read(archive: Path) -> tuple[list[dict], list[dict]]:
    try:
        with tarfile.open(archive) as tar:
            members = {Path(m.name).name: m for m in tar.getmembers()}
            tables = []
            for name in ("transactions.csv", "nodes.csv"):
                if name not in members:
                    raise BadArchive(f"{archive} has no {name}")
                text = io.TextIOWrapper(tar.extractfile(members[name]), encoding="utf-8")
                tables.append(list(csv.DictReader(text)))
    except (OSError, tarfile.TarError) as error:
        raise BadArchive(f"{archive} cannot be read: {error}; give the path of 20K_cycle200.tgz") from error
    return tables[0], tables[1]


def _iso(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
