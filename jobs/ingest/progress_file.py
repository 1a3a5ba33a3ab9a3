"""What has been acknowledged of a source, in a small file beside the job's state."""

import fcntl
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from connectors.kafka.bus_url import KafkaBus
from jobs.ingest.errors import IngestError
from jobs.ingest.source import Mark

VERSION = 1


@dataclass(frozen=True)
class Reached:
    """Where the next ingest of the same source to the same bus would go on.

    Attributes
    ----------
    marks : mapping of str to Mark
        By topic; everything before is acknowledged.
    finished : bool
        The source was sent to its end.
    """

    marks: Mapping[str, Mark] = field(default_factory=dict)
    finished: bool = True


class ProgressFile:
    """Keeps `Reached` on disk; one ingest at a time may hold it.

    Parameters
    ----------
    folder : Path
    source : str
        File or folder.
    topic : str or None
        As asked for.

    Raises
    ------
    IngestError
        Another ingest of the same holds it, or it cannot be read or written.
    """

    def __init__(self, folder: Path, bus: KafkaBus, source: str, topic: str | None):
        known = json.dumps([bus.bootstrap, bus.prefix, str(Path(source).resolve()), topic])
        self.path = folder / f"{Path(source).resolve().name}-{hashlib.sha256(known.encode()).hexdigest()[:12]}.json"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = self.path.with_suffix(".lock").open("w")
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.close()
            raise IngestError(f"{source} is being sent to {bus} by another process; let it end, or stop it") from None
        except OSError as error:
            raise IngestError(f"the progress of the ingest cannot be kept in {folder}: {error.strerror}; choose "
                              "another folder with --state") from error

    def read(self) -> Reached:
        """What was written last; finished and nowhere without."""
        try:
            known = json.loads(self.path.read_text())
            if known["version"] != VERSION:
                raise IngestError(f"{self.path} is of version {known['version']}, this release reads {VERSION}; begin "
                                  "anew with --anew")
            marks = {topic: (str(name), int(offset)) for topic, (name, offset) in known["marks"].items()}
            return Reached(marks, bool(known["finished"]))
        except FileNotFoundError:
            return Reached()
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise IngestError(f"{self.path} cannot be read ({error}); begin anew with --anew") from None

    def write(self, reached: Reached) -> None:
        """Write in one step, so that a crash leaves the old or the new."""
        draft = self.path.with_suffix(".new")
        text = json.dumps({"version": VERSION, "marks": dict(reached.marks), "finished": reached.finished})
        try:
            draft.write_text(text)
            os.replace(draft, self.path)
        except OSError as error:
            raise IngestError(f"the progress of the ingest cannot be written to {self.path}: {error.strerror}; free "
                              "the disk, or choose another folder with --state") from error

    def close(self) -> None:
        self._lock.close()
