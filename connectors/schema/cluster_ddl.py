"""The migrations as statements for a cluster.

They are written for one server and rewritten here, so that there is one schema. Only the shapes
that our migrations have are known; any other statement is refused instead of guessed at, and a
test renders all of them.

- ``CREATE TABLE t``: a replicated ``t_local`` and a Distributed ``t`` over it.
- ``CREATE MATERIALIZED VIEW``: from local tables into local tables. What it makes of an event stays
  on that event's shard: such a target's Distributed table has no sharding key, since its rows do
  not lie by one, and takes no inserts. Writing it through a Distributed table instead would send
  the inserts of several shards to one under the same token, which drops all but the first.
- ``CREATE VIEW``: one, over the Distributed tables.
- ``ALTER TABLE t``: of columns, both tables; of anything else, the local one; of a view, the view.
- ``DROP TABLE t``, ``DROP VIEW v``.
"""

import re
from collections.abc import Iterable

from connectors.errors import SchemaError
from connectors.schema.cluster_layout import ClusterLayout, local_name, local_settings, sharding_key

_COMMENTS = re.compile(r"(?:[ \t]*--[^\n]*\n|\s*\n)*")
_CREATE_TABLE = re.compile(
    r"CREATE TABLE IF NOT EXISTS (?P<name>\w+)\s*(?P<body>\(\n.*?\n\))\s*"
    r"ENGINE = (?P<engine>\w*MergeTree)(?:\((?P<arguments>[^()]*)\))?(?P<rest>\s.*)", re.DOTALL)
_ORDER_BY = re.compile(r"\bORDER BY (?:\((?P<columns>[\w, ]+)\)|(?P<column>\w+)(?![\w(]))")
_CREATE_VIEW = re.compile(r"CREATE MATERIALIZED VIEW IF NOT EXISTS (?P<name>\w+) TO (?P<target>\w+) AS"
                          r"(?P<select>\s.*)", re.DOTALL)
_CREATE_PLAIN_VIEW = re.compile(r"CREATE VIEW IF NOT EXISTS (?P<name>\w+) AS(?P<select>\s.*)", re.DOTALL)
_ALTER = re.compile(r"ALTER TABLE (?P<name>\w+) (?P<change>(?:ADD|MODIFY|DROP|RENAME|COMMENT|CLEAR|MATERIALIZE) .*)",
                    re.DOTALL)
_OF_COLUMNS = re.compile(r"(?:ADD|DROP|RENAME|COMMENT|MODIFY) COLUMN\b")
_DROP = re.compile(r"DROP (?P<kind>TABLE|VIEW) IF EXISTS (?P<name>\w+)")
_SOURCE = re.compile(r"\b(?P<verb>FROM|JOIN) (?P<name>\w+)(?P<alias> AS \w+)?(?!\w|\()")


class ClusterDdl:
    """Renders migration after migration; remembers the tables and views that earlier ones made.

    Parameters
    ----------
    layout : ClusterLayout
    """

    def __init__(self, layout: ClusterLayout):
        self._layout = layout
        self._tables: set[str] = set()
        self._views: set[str] = set()

    def create_database(self) -> str:
        return f"CREATE DATABASE IF NOT EXISTS {self._layout.database} {self._layout.on_cluster}"

    def render(self, statements: Iterable[str]) -> list[str]:
        """Return the statements of one migration, or of the retention, for the cluster.

        Raises
        ------
        SchemaError
            A statement has a shape that is not known here, or a view writes to a table of an
            earlier migration, which has a sharding key already.
        """
        statements = list(statements)
        made = [match["name"] for text in statements if (match := _CREATE_TABLE.fullmatch(_bare(text)))]
        views = [match for text in statements if (match := _CREATE_VIEW.fullmatch(_bare(text)))]
        targets = {match["target"] for match in views}
        if not targets <= set(made):
            raise SchemaError(f"a view's target is made in the same migration, got {sorted(targets - set(made))}; its "
                              "Distributed table must be made without a sharding key")
        self._tables |= set(made)
        self._views |= {match["name"] for match in views}
        return [text for statement in statements for text in self._statement(statement, targets)]

    def _statement(self, statement: str, targets: set[str]) -> list[str]:
        bare = _bare(statement)
        comment = statement[:len(statement) - len(bare)]
        if match := _CREATE_TABLE.fullmatch(bare):
            made = self._create_table(match, match["name"] in targets)
        elif match := _CREATE_VIEW.fullmatch(bare):
            made = [f"CREATE MATERIALIZED VIEW IF NOT EXISTS {match['name']} {self._layout.on_cluster} "
                    f"TO {local_name(match['target'])} AS{self._from_local(match['select'])}"]
        elif match := _CREATE_PLAIN_VIEW.fullmatch(bare):
            made = [f"CREATE VIEW IF NOT EXISTS {match['name']} {self._layout.on_cluster} AS{match['select']}"]
        elif match := _ALTER.fullmatch(bare):
            names = self._altered(match["name"], match["change"])
            made = [f"ALTER TABLE {name} {self._layout.on_cluster} {match['change']}" for name in names]
        elif match := _DROP.fullmatch(bare):
            names = [match["name"], local_name(match["name"])] if match["kind"] == "TABLE" else [match["name"]]
            made = [f"DROP {match['kind']} IF EXISTS {name} {self._layout.on_cluster} SYNC" for name in names]
        else:
            raise SchemaError("this statement of a migration has no form for a cluster yet, give it one in "
                              f"connectors/schema/cluster_ddl.py: {bare[:120]!r}")
        return [comment + made[0], *made[1:]]

    def _altered(self, name: str, change: str) -> list[str]:
        if name in self._views:
            return [name]
        return [local_name(name)] + [name] * bool(_OF_COLUMNS.match(change))

    def _create_table(self, match: re.Match, is_target: bool) -> list[str]:
        name, local, on_cluster = match["name"], local_name(match["name"]), self._layout.on_cluster
        order = _ORDER_BY.search(match["rest"])
        if order is None:
            raise SchemaError(f"the table {name} is sorted by plain columns, so that a shard can be chosen by them")
        columns = re.split(r", *", order["columns"] or order["column"])
        engine = self._layout.replicated(local, match["engine"], match["arguments"] or "")
        key = None if is_target else sharding_key(columns)
        return [
            f"CREATE TABLE IF NOT EXISTS {local} {on_cluster}\n{match['body']}\n"
            f"ENGINE = {engine}{local_settings(match['rest'])}",
            f"CREATE TABLE IF NOT EXISTS {name} {on_cluster} AS {local}\n"
            f"ENGINE = {self._layout.distributed(local, key)}",
        ]

    def _from_local(self, select: str) -> str:
        """Read from the shard's own tables, under their old names, which columns may be qualified by."""
        def replace(match: re.Match) -> str:
            if match["name"] not in self._tables:
                return match[0]
            return f"{match['verb']} {local_name(match['name'])}{match['alias'] or ' AS ' + match['name']}"

        return _SOURCE.sub(replace, select)


def _bare(statement: str) -> str:
    """Return a statement without the comments before it."""
    return statement[_COMMENTS.match(statement).end():]
