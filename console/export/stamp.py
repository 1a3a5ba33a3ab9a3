"""Who took a file out, when and what for: on every page, in every row, and in the log before it goes out."""

import uuid
from dataclasses import dataclass

from casework.event import Act
from console.render import day
from jobs.casework.desk import Desk

EXPORTED = "exported"


@dataclass(frozen=True)
class Stamp:
    """An export.

    Attributes
    ----------
    whole : bool
        Whether it holds whole numbers.
    """

    export_id: str
    officer: str
    at_ms: int
    purpose: str
    whole: bool

    @property
    def line(self) -> str:
        """The watermark, in both languages."""
        return (f"导出人 / by {self.officer} · 时间 / at {day(self.at_ms)} · 目的 / for {self.purpose} · "
                f"编号 / no. {self.export_id}")


def new_stamp(officer: str, at_ms: int, purpose: str, whole: bool) -> Stamp:
    return Stamp(uuid.uuid4().hex[:12], officer, at_ms, purpose, whole)


def note_export(desk: Desk, stamp: Stamp, what: str, rows: int) -> None:
    """Note an export in a chain of its own; nothing may go out before.

    Raises
    ------
    StoreError
    """
    payload = {"what": what, "rows": rows, "whole": stamp.whole}
    act = Act(EXPORTED, stamp.officer, stamp.at_ms, stamp.purpose, payload)
    desk.carry_out(f"export:{stamp.export_id}", act, lambda before, a: [a])
