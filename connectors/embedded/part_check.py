"""Finding and mending what the engine wrote on a full disk.

chdb 4.4 takes a ``write()`` that failed for want of space as done: inserts are answered with success,
merges replace whole parts, and the files of the new parts are short or empty. The engine's own check of
a part finds that.
"""

import logging
from dataclasses import dataclass

from connectors.embedded.engine import EngineSession
from connectors.embedded.literals import quote, quote_name
from connectors.embedded.packets import ProtocolError

logger = logging.getLogger(__name__)

NO_SUCH_PART = 232
#: The part is gone, or its table or database is.
_GONE = frozenset((NO_SUCH_PART, 60, 81))

#: Parts that something wrote since a moment; the clock of the engine's column ticks in seconds.
_RECENT = """SELECT database, table, name, level = 0 AND data_version = min_block_number AS inserted
FROM system.parts WHERE active AND modification_time >= toDateTime({since:Int64} - 1, 'UTC')
ORDER BY database, table, min_block_number"""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a table; `inserted` as it is, or made of others by a merge or a mutation.

    The engine keeps those others for eight minutes, and takes them up when it opens a folder whose merge is
    broken, unless it was closed in order: then it has removed them.
    """

    database: str
    table: str
    name: str
    inserted: bool

    @property
    def table_name(self) -> str:
        return f"{quote_name(self.database)}.{quote_name(self.table)}"


def broken_parts(engine: EngineSession, since_s: float) -> list[Part]:
    """Return the active parts, written since a time (Unix, s), that are not whole on disk.

    Raises
    ------
    ProtocolError
        It could not be told of one of them.
    """
    rows = engine.texts(_RECENT, {"since": str(int(since_s))})
    parts = [Part(database, table, name, inserted == "1") for database, table, name, inserted in rows]
    return [part for part in parts if not _is_whole(engine, part)]


def drop(engine: EngineSession, part: Part) -> None:
    """Drop a broken insert; the engine forgets its token with it.

    Raises
    ------
    ProtocolError
        It is there still.
    """
    try:
        engine.run(f"ALTER TABLE {part.table_name} DROP PART {quote(part.name)}")
    except ProtocolError as error:
        if error.code not in _GONE:  # else its own statement failed just now and took it back
            raise
    logger.warning("%s: the insert %s was not written whole and is taken back", part.table_name, part.name)


def _is_whole(engine: EngineSession, part: Part) -> bool:
    check = f"CHECK TABLE {part.table_name} PART {quote(part.name)} SETTINGS check_query_single_value_result = 0"
    try:
        rows = engine.texts(check)
    except ProtocolError as error:
        if error.code in _GONE:  # merged away meanwhile, by a merge that is looked at itself
            return True
        raise
    return all(passed == "1" for _, passed, *_ in rows)
