"""The store: whether it answers, its release and schema, what its user may do, its clock."""

import time
from collections.abc import Iterator

from connectors.clickhouse import Store, open_store
from connectors.schema.access import READ_BY_JOBS, WRITTEN
from connectors.schema.applied import read_applied
from connectors.schema.migrations import known_migrations
from connectors.schema.server_version import OLDEST, require_version
from jobs.doctor.finding import Finding, bad, ok, warn
from jobs.readiness import FIRST_CONTACT
from jobs.settings import Settings

#: Retention counts from the store's clock, and the future of an event from the machine's, seconds (ours).
_SKEW_WARN_S, _SKEW_BAD_S = 5.0, 300.0


def store(settings: Settings) -> Iterator[Finding]:
    with open_store(settings.store, FIRST_CONTACT) as db:
        version = ".".join(map(str, db.server_version()))
        require_version(db)
        yield ok("store", f"{db.name}, ClickHouse {version} (at least {OLDEST[0]}.{OLDEST[1]})")
        applied = read_applied(db)
        if applied is None:
            yield ok("schema", "no tables yet: the first run makes them")
            return  # without its database a store refuses every question
        known = len(known_migrations())
        where = f" on the cluster {applied.cluster}" if applied.cluster else ""
        found = f"{applied.last} of {known}{where}"
        if applied.last > known:
            yield bad("schema", found, "a later release migrated it: run that one, or a later one")
        elif applied.last < known:
            yield warn("schema", found, "run: duanka store migrate; duanka run does it, too, where its user may")
        else:
            yield ok("schema", found)
        yield _rights(db, settings, complete=applied.last == known)
        yield _clock(db)


def _rights(db: Store, settings: Settings, complete: bool) -> Finding:
    """What a job's user must be allowed; making tables only where some are missing."""
    wanted = [f"INSERT ON {table}" for table in sorted(WRITTEN)]
    wanted += [f"SELECT ON {table}" for table in sorted(READ_BY_JOBS)]
    if not complete:
        wanted.append(f"CREATE TABLE ON {db.database}.*")
    # Names of tables and databases are ours or checked with the address, so nothing foreign gets into the text.
    missing = [right for right in wanted if db.query(f"CHECK GRANT {right}") != [{"result": 1}]]
    user = db.query("SELECT currentUser() AS user")[0]["user"]
    if missing:
        return bad("rights", f"user {user} may not {', '.join(missing)}",
                   "give it the role duanka_writer (for migrations duanka_admin): deploy/clickhouse/roles.sql")
    return ok("rights", f"user {user} may write{'' if complete else ' and make tables'}")


def _clock(db: Store) -> Finding:
    before_s = time.time()
    there_s = db.query("SELECT toUnixTimestamp64Milli(now64(3)) AS ms")[0]["ms"] / 1000
    here_s = (before_s + time.time()) / 2
    skew_s = there_s - here_s
    found = f"the store's is {abs(skew_s):.1f} s {'ahead' if skew_s > 0 else 'behind'}"
    fix = "set both machines' clocks by NTP: events are judged by one and kept by the other"
    if abs(skew_s) >= _SKEW_BAD_S:
        return bad("clock", found, fix)
    if abs(skew_s) >= _SKEW_WARN_S:
        return warn("clock", found, fix)
    return ok("clock", found)
