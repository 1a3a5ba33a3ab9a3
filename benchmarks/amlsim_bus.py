"""An AMLSim sample as a bus: transfers as payments, laundering accounts as the truth."""

import csv
import io
import tarfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import orjson

#: Day of step 0; AMLSim counts steps from it, one a day.
START_MS = 1_735_689_600_000
DAY_MS = 86_400_000
#: Every amount is the same: in this sample each transfer below 100 is laundering and no other is,
#: so that the true amounts would give the answer away. Yuan.
AMOUNT = "1000.00"
#: Transfers below this are laundering; it is asked for the truth alone.
DIRTY_BELOW = 100.0


class BadArchive(ValueError):
    """The file is not an AMLSim sample; the message says what is missing."""


@dataclass(frozen=True)
class Sample:
    """A sample as it lies in its archive.

    Attributes
    ----------
    transfers : list of (payer, payee, step, whether it is dirty)
    laundering : dict of account to step
        Accounts marked ``isFraud``, each with its ``fraudStep``; -1 where that is unknown.
    """

    transfers: list[tuple[str, str, int, bool]]
    laundering: dict[str, int]

    def first_dirty_steps(self) -> dict[str, int]:
        """Each account in a dirty transfer, with the step of its first one."""
        first: dict[str, int] = {}
        for payer, payee, step, dirty in self.transfers:
            for account in (payer, payee) if dirty else ():
                first[account] = min(step, first.get(account, step))
        return first


def read_sample(archive: Path) -> Sample:
    """Read ``transactions.csv`` and ``nodes.csv`` of an archive.

    Raises
    ------
    BadArchive
        Not a readable archive, or without one of the two.
    """
    rows, nodes = _read(archive)
    transfers = [
        (row["sourceNodeId"], row["targetNodeId"], int(row["time"]), float(row["value"]) < DIRTY_BELOW)
        for row in rows
    ]
    return Sample(transfers, {n["nodeid"]: int(n["fraudStep"]) for n in nodes if n["isFraud"] == "1"})


def write_bus(sample: Sample, bus: Path) -> None:
    """Write a sample's transfers to ``bus/txn`` and its truth to ``bus/truth.csv``.

    All transfers of a step carry the same time: their order in the file says nothing.
    """
    (bus / "txn").mkdir(parents=True, exist_ok=True)
    with open(bus / "txn" / "000000.ndjson", "wb") as file:
        for number, (payer, payee, step, _) in enumerate(sample.transfers):
            event = {
                "event_id": f"amlsim-{number:06d}",
                "event_time": START_MS + step * DAY_MS,
                "payer": payer,
                "payee": payee,
                "amount": AMOUNT,
            }
            file.write(orjson.dumps(event) + b"\n")
    last_ms = START_MS + max(step for _, _, step, _ in sample.transfers) * DAY_MS
    with open(bus / "truth.csv", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("card", "role", "from", "to", "scenario"))
        for account, step in sample.laundering.items():
            since = _iso(START_MS + max(step, 0) * DAY_MS)
            writer.writerow((f"account:{account}", "mule", since, _iso(last_ms), "laundering"))


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
