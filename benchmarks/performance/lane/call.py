"""A call or message as the lane sees it, from its line."""

import json
from typing import NamedTuple

OUT, IN = 0, 1


class Call(NamedTuple):
    """One record. `talked` may be None, unknown; a missing duration is None."""

    time_ms: int
    caller: str
    callee: str
    sms: bool
    answered: bool | None
    duration_s: int | None

    def numbers(self) -> tuple[str, str]:
        return self.caller, self.callee


def read_call(line: str | bytes, loads=json.loads) -> Call:
    """The call on one line.

    >>> read_call('{"event_time": 5, "caller": "10086", "callee": "13812345678", "kind": "sms"}')
    Call(time_ms=5, caller='10086', callee='13812345678', sms=True, answered=None, duration_s=None)
    """
    record = loads(line)
    return Call(record["event_time"], record["caller"], record["callee"], record.get("kind") == "sms",
                record.get("answered"), record.get("duration_s"))
