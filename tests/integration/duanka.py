"""Run the real command line in processes of its own, as a user does."""

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from connectors import embedded
from connectors.clickhouse import Store, open_store
from connectors.schema import migrate
from tests.waiting import PATIENCE_S

#: What makes two hits the same hit.
_SAME = (
    "hit_id, card, toUnixTimestamp64Milli(first_seen) AS first_seen, toUnixTimestamp64Milli(last_seen) AS last_seen, "
    "toUnixTimestamp64Milli(peak_time) AS peak_time, alerts, risk, toString(level) AS level, typologies, reasons_zh, "
    "reasons_en, reason_codes, reason_points, feature_names, feature_values, "
    "evidence_codes, evidence_strength, list_findings, model_version, trigger_uid"
)


@dataclass
class Duanka:
    """A store and a state folder below `folder`, and commands that use them."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    has_tables: bool = field(default=False, init=False)

    @property
    def store_url(self) -> str:
        return f"embedded:{self.folder / 'store'}"

    def environment(self) -> dict[str, str]:
        given = {"DUANKA_STORE": self.store_url, "DUANKA_STATE": str(self.folder / "state"), "COLUMNS": "160"}
        given["DUANKA_MODELS"] = str(self.folder / "models")
        return os.environ | given | {f"DUANKA_{name.upper()}": value for name, value in self.settings.items()}

    def start(self, *arguments: object, stdin: int | None = None) -> subprocess.Popen:
        command = [sys.executable, "-m", "jobs.cli.main", *map(str, arguments)]
        return subprocess.Popen(
            command,
            env=self.environment(),
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: object, timeout: float = PATIENCE_S) -> subprocess.CompletedProcess:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=timeout)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def query(self, sql: str) -> list[dict]:
        with open_store(self.store_url) as store:
            return self._query(store, sql)

    def _query(self, store: Store, sql: str) -> list[dict]:
        if not self.has_tables:  # which looks through all migrations: too much for each look of a test that waits
            migrate(store)
            self.has_tables = True
        return store.query(sql)

    def hits(self) -> dict[str, dict]:
        """Stored hits by id, every field that must not depend on how they came about."""
        return {row["hit_id"]: row for row in self.query(f"SELECT {_SAME} FROM hits FINAL")}

    def close(self) -> None:
        embedded.stop(self.folder / "store", PATIENCE_S)
