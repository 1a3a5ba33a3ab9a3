"""A folder of numbered snapshots, ``000007-<version>.dkm``, and ``log.jsonl``, which only grows.

Nothing is ever changed or removed. A new snapshot is written beside its place and renamed; a line
of the log is one write under a lock, so many processes may use a registry at a time.
"""

import contextlib
import fcntl
import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from connectors.errors import RegistryError
from connectors.model_registry.events import Action, ModelEvent
from connectors.model_registry.roles import NO_MODEL, Roles, roles_after

LOG = "log.jsonl"
_FILE = re.compile(r"(\d{6})-([0-9a-f]{4,64})\.dkm")


@dataclass(frozen=True)
class RegistryEntry:
    """A snapshot of the registry: its number, its version and its file."""

    number: int
    version: str
    path: Path


class ModelRegistry:
    """Reads a registry, and adds to it. The folder is made when something is first added.

    Parameters
    ----------
    folder : Path
    now_ms : callable
        The clock, UTC ms.
    """

    def __init__(self, folder: Path, now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000):
        self.folder = Path(folder)
        self._now_ms = now_ms

    def __repr__(self) -> str:
        return f"<ModelRegistry {self.folder}>"

    def entries(self) -> list[RegistryEntry]:
        """Snapshots in the order of their numbers.

        Raises
        ------
        RegistryError
            The folder is there and cannot be read.
        """
        found = []
        try:
            for name in os.listdir(self.folder):
                if match := _FILE.fullmatch(name):
                    found.append(RegistryEntry(int(match[1]), match[2], self.folder / name))
        except FileNotFoundError:
            return []
        except OSError as error:
            raise RegistryError(f"the registry {self.folder} cannot be read: {error.strerror}; give a folder that this "
                                "user may read, with --models") from error
        return sorted(found, key=lambda entry: entry.number)

    def find(self, wanted: str | int) -> RegistryEntry:
        """The snapshot of a number, or of the beginning of a version (four characters or more).

        Raises
        ------
        RegistryError
        """
        entries = self.entries()
        text = str(wanted)
        mine = [e for e in entries if text.isdecimal() and len(text) <= 6 and e.number == int(text)]
        mine = mine or [e for e in entries if len(text) >= 4 and e.version.startswith(text)]
        if len(mine) == 1:
            return mine[0]
        if mine:
            raise RegistryError(f"{text!r} is the beginning of {len(mine)} versions; give more of it, or the number")
        known = ", ".join(str(e.number) for e in entries) or "it is empty; make one with: duanka models train"
        raise RegistryError(f"no model {text!r} in the registry {self.folder}; there: {known}")

    def of_version(self, version: str) -> RegistryEntry:
        """The snapshot of a whole version.

        Raises
        ------
        RegistryError
        """
        for entry in self.entries():
            if entry.version == version:
                return entry
        raise RegistryError(f"the registry {self.folder} has no model of version {version!r}")

    def read(self, entry: RegistryEntry) -> bytes:
        """Bytes of a snapshot, unchecked: what they are worth is for its reader to say."""
        try:
            return entry.path.read_bytes()
        except OSError as error:
            raise RegistryError(f"model {entry.number} cannot be read: {entry.path}: {error.strerror}") from error

    def add(self, blob: bytes, version: str, by: str, why: str = "") -> RegistryEntry:
        """Store a snapshot under the next number; one that is there already keeps its number."""
        with self._locked() as log:
            entries = self.entries()
            for entry in entries:
                if entry.version == version:
                    return entry
            number = entries[-1].number + 1 if entries else 1
            entry = RegistryEntry(number, version, self.folder / f"{number:06d}-{version}.dkm")
            fresh = entry.path.with_suffix(f".{os.getpid()}.part")
            try:
                with fresh.open("wb") as file:
                    file.write(blob)
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(fresh, entry.path)
            except OSError as error:
                raise RegistryError(f"{entry.path} cannot be written: {error.strerror}") from error
            self._append(log, Action.STORE, number, version, by, why)
        return entry

    def events(self) -> list[ModelEvent]:
        """The log; a last line that is still being written is left out.

        Raises
        ------
        RegistryError
        """
        try:
            text = (self.folder / LOG).read_text("utf-8")
        except FileNotFoundError:
            return []
        except (OSError, UnicodeDecodeError) as error:
            raise RegistryError(f"the log of the registry {self.folder} cannot be read: {error}") from error
        return [ModelEvent.from_line(line) for line in text[: text.rfind("\n") + 1].splitlines()]

    def roles(self) -> Roles:
        """Who is champion and shadow now."""
        return roles_after(self.events())

    def stamp(self) -> tuple[int, int]:
        """Changes when the log does; cheap enough to be asked for every chunk."""
        try:
            known = os.stat(self.folder / LOG)
        except FileNotFoundError:
            return 0, 0
        return known.st_size, known.st_mtime_ns

    def publish(self, number: int, by: str, why: str, from_ms: int | None = None) -> ModelEvent:
        """Make a snapshot the champion.

        Raises
        ------
        RegistryError
            It is champion already, or not there.
        """
        return self._do(Action.PUBLISH, number, by, why, from_ms)

    def shadow(self, number: int, by: str, why: str, from_ms: int | None = None) -> ModelEvent:
        """Score a snapshot beside the champion; `NO_MODEL` ends that."""
        return self._do(Action.SHADOW, number, by, why, from_ms)

    def promote(self, by: str, why: str, from_ms: int | None = None) -> ModelEvent:
        """Make the shadow the champion.

        Raises
        ------
        RegistryError
            There is no shadow.
        """
        return self._do(Action.PROMOTE, None, by, why, from_ms)

    def rollback(self, by: str, why: str, from_ms: int | None = None) -> ModelEvent:
        """Make the champion before the present one champion again; before the first one was none.

        Raises
        ------
        RegistryError
            There is no champion to take back.
        """
        return self._do(Action.ROLLBACK, None, by, why, from_ms)

    def note_taken(self, of: int, role: str, number: int, version: str, from_ms: int, run: str) -> None:
        """A job scores rows from `from_ms` on with this model; noting it twice changes nothing."""
        self._note(Action.TAKEN, of, role, number, version, run, "", from_ms)

    def note_refused(self, of: int, role: str, number: int, version: str, run: str, why: str) -> None:
        """A job cannot use this model and goes on as it was; noting it twice changes nothing."""
        self._note(Action.REFUSED, of, role, number, version, run, why, None)

    def _note(self, action, of, role, number, version, run, why, from_ms) -> None:
        with self._locked() as log:
            for known in self.events():
                same = (known.action, known.of, known.role, known.by) == (action, of, role, run)
                if same and known.from_ms == from_ms:
                    return
            self._append(log, action, number, version, run, why, from_ms, role=role, of=of)

    def _do(self, action: Action, number: int | None, by: str, why: str, from_ms: int | None) -> ModelEvent:
        if not by.strip() or not why.strip():
            raise RegistryError("a change of models needs the officer who asks for it and a reason; got none")
        with self._locked() as log:
            roles = self.roles()
            number = _checked(action, number, roles)
            version = self.find(number).version if number != NO_MODEL else ""
            return self._append(log, action, number, version, by, why, from_ms)

    def _append(self, log: int, action: Action, number: int, version: str, by: str, why: str,
                from_ms: int | None = None, **more) -> ModelEvent:
        known = self.events()
        seq = known[-1].seq + 1 if known else 1
        event = ModelEvent(seq, self._now_ms(), action, number, version, by, why, from_ms)
        event = replace(event, **more)
        try:
            # A line torn by a crash was never an event.
            end = (self.folder / LOG).read_bytes().rfind(b"\n") + 1
            os.ftruncate(log, end)
            os.pwrite(log, event.to_line().encode(), end)
            os.fsync(log)
        except OSError as error:
            raise RegistryError(f"the log of the registry {self.folder} cannot be written: {error.strerror}") from error
        return event

    @contextlib.contextmanager
    def _locked(self) -> Iterator[int]:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            log = os.open(self.folder / LOG, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise RegistryError(f"the registry {self.folder} cannot be written: {error.strerror}") from error
        try:
            fcntl.flock(log, fcntl.LOCK_EX)
            yield log
        finally:
            os.close(log)


def _checked(action: Action, number: int | None, roles: Roles) -> int:
    """The number that a deed concerns, if the deed makes sense."""
    match action:
        case Action.PROMOTE:
            if roles.shadow == NO_MODEL:
                raise RegistryError("there is no shadow to promote; set one with: duanka models shadow NUMBER")
            return roles.shadow
        case Action.ROLLBACK:
            if not roles.earlier:
                raise RegistryError("there is no champion to roll back from; nothing was published yet")
            return roles.earlier[-1]
        case Action.PUBLISH if number == roles.champion:
            raise RegistryError(f"model {number} is the champion already")
        case Action.SHADOW if number == roles.shadow:
            raise RegistryError("no model runs in shadow" if number == NO_MODEL
                                else f"model {number} runs in shadow already")
        case Action.SHADOW if number == roles.champion != NO_MODEL:
            raise RegistryError(f"model {number} is the champion; it cannot run beside itself")
    return number
