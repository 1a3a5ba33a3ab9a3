"""The command line with a cluster and a store by address."""

import json
import re
import time
from dataclasses import dataclass, replace

from connectors.clickhouse import open_store
from connectors.embedded import EmbeddedStore
from connectors.embedded.access import PASSWORD_FILE
from connectors.store_url import parse_store_url
from jobs.flink.cluster_address import ClusterAddress
from jobs.flink.cluster_jobs import cancel, list_jobs
from jobs.flink.cluster_rest import ClusterRest
from tests.integration.duanka import Duanka
from tests.waiting import PATIENCE_S, wait_until


@dataclass
class ClusterDuanka(Duanka):
    """A state folder below `folder`, a database of `server`, and commands that use them."""

    server: EmbeddedStore | None = None
    database: str = ""
    address: ClusterAddress | None = None

    @property
    def store_url(self) -> str:
        return f"clickhouse://{self.server.user}@{self.server.host}:{self.server.port}/{self.database}"

    def environment(self) -> dict[str, str]:
        return super().environment() | {"DUANKA_STORE_PASSWORD_FILE": str(self.server.data_dir / PASSWORD_FILE)}

    def query(self, sql: str) -> list[dict]:
        address = replace(parse_store_url(self.store_url), password=self.server.password)
        with open_store(address) as store:
            return self._query(store, sql)

    def submit(self, *arguments: object) -> str:
        """Submit, and return the job's id."""
        done = self.run("submit", *arguments)
        assert done.returncode == 0, done.stderr
        return re.match(r"job ([0-9a-f]{32})\n", done.stdout).group(1)

    def job(self, verb: str, *arguments: object) -> str:
        """What ``duanka job`` prints."""
        done = self.run("job", verb, *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def status(self, *arguments: object) -> dict:
        return json.loads(self.job("status", "--format", "json", *arguments))[0]

    def counted(self) -> int:
        """Records of the chunks that are in the store."""
        return self.query("SELECT sum(records) AS n FROM chunk_counts FINAL")[0]["n"]

    def wait_for_records(self, wanted: int) -> None:
        wait_until(lambda: self.counted() >= wanted, lambda: f"{self.counted()} of {wanted} records")

    def wait_for_hits(self, wanted: dict) -> None:
        """Wait for the very hits; what came too many or otherwise is said by comparing them at the end."""
        deadline = time.monotonic() + PATIENCE_S
        while (seen := self.hits()) != wanted and time.monotonic() < deadline:
            time.sleep(0.25)
        assert seen == wanted

    def cancel_all(self) -> None:
        """End what a test left running."""
        with ClusterRest(self.address) as rest:
            for job in list_jobs(rest):
                if not job.is_over:
                    cancel(rest, job.job_id)
