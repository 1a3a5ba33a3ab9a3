"""Things that change at a moment: a line is opened, a SIM moves to another handset, a card is sold."""

from bisect import bisect_right


class Changes:
    """Assignments to columns, applied at the first hour that begins at or after their moment."""

    def __init__(self):
        self._due = []
        self._sorted = True

    def add(self, time_ms: int, table, column: str, index: int, value) -> None:
        """Plan ``table.column[index] = value``."""
        self._due.append((int(time_ms), len(self._due), table, column, index, value))
        self._sorted = False

    def apply(self, now_ms: int) -> None:
        """Carry out everything due at `now_ms`, in order."""
        if not self._sorted:
            self._due.sort(key=lambda change: change[:2])
            self._sorted = True
        cut = bisect_right(self._due, now_ms, key=lambda change: change[0])
        for _, _, table, column, index, value in self._due[:cut]:
            getattr(table, column)[index] = value
        del self._due[:cut]
