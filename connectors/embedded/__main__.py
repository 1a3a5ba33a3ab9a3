"""``python -m connectors.embedded DATA_DIR``: serve a folder in the foreground."""

import argparse
import logging
import os
import signal
import sys
import threading
import time
from pathlib import Path

from connectors.embedded.access import password_for
from connectors.embedded.folder_lock import FolderLock, ServerNote
from connectors.errors import StoreError
from connectors.masking import MaskedRecords

#: Exit code when another process serves the folder already.
ALREADY_SERVED = 3
USER = "default"
ENGINE_FOLDER = "engine"


def parse_arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m connectors.embedded",
        description="Serve a folder as a ClickHouse store, on a loopback port, for native-protocol clients.")
    parser.add_argument("data_dir", type=Path, help="folder of the store; made if it does not exist")
    parser.add_argument("--port", type=int, default=0, help="port to listen on; 0, the default, is any free one")
    parser.add_argument("--idle-minutes", type=float, default=0.0,
                        help="stop when no client was connected for so long; 0, the default, is never")
    parser.add_argument("--lock-fd", type=int, help=argparse.SUPPRESS)  # of a server that starts itself anew
    return parser.parse_args(argv)


def acquire(lock: FolderLock) -> bool:
    """Take the lock; try more than once, since somebody may just be looking at it."""
    for _ in range(20):
        if lock.acquire():
            return True
        time.sleep(0.01)
    return False


def start_anew(lock: FolderLock, port: int) -> None:
    """Become a new server on the same port: the engine's threads and open files end as if they were killed.

    The folder's lock goes along, so that nobody else starts a server meanwhile.
    """
    time.sleep(1)  # not too often, should it not help
    lock.write_note(ServerNote(os.getpid(), 0))
    logging.shutdown()
    sys.stdout.flush()
    os.execv(sys.executable, [*sys.orig_argv, "--port", str(port), "--lock-fd", str(lock.hand_over())])


def main(argv: list[str] | None = None) -> int:
    """Serve until SIGTERM, SIGINT or idle; return the exit code."""
    arguments = parse_arguments(sys.argv[1:] if argv is None else argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for handler in logging.getLogger().handlers:
        handler.addFilter(MaskedRecords())
    os.umask(0o077)
    data_dir = arguments.data_dir.resolve()
    data_dir.mkdir(parents=True, exist_ok=True)
    lock = FolderLock(data_dir)
    if arguments.lock_fd is not None:
        lock.take_over(arguments.lock_fd)
    elif not acquire(lock):
        print(f"another process serves {data_dir} already; connect to it, or stop it first", file=sys.stderr)
        return ALREADY_SERVED
    lock.write_note(ServerNote(os.getpid(), 0))
    try:
        password = password_for(data_dir)
    except StoreError as error:
        print(error, file=sys.stderr)
        return 2
    # The engine is a second of loading: whoever asks for help or finds the folder taken is spared it.
    from connectors.embedded.greeting import Account
    from connectors.embedded.listener import Listener
    from connectors.embedded.packets import ProtocolError
    from connectors.embedded.string_walk import warm_up

    listener = Listener(data_dir, str(data_dir / ENGINE_FOLDER), Account(USER, password), arguments.port,
                        arguments.idle_minutes * 60, lock.is_in_place, lambda port: start_anew(lock, port))
    try:
        listener.open()
    except OSError as error:
        print(f"cannot listen on 127.0.0.1:{arguments.port}: {error.strerror}; give another --port", file=sys.stderr)
        return 2
    except (RuntimeError, ProtocolError) as error:  # RuntimeError is what chdb raises
        reason = str(error).partition("Stack trace")[0].strip()
        print(f"the engine cannot open {data_dir / ENGINE_FOLDER}: {reason}", file=sys.stderr)
        return 1
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: listener.stop())
    lock.write_note(ServerNote(os.getpid(), listener.port))
    logging.info("serving %s on 127.0.0.1:%d", data_dir, listener.port)
    threading.Thread(target=warm_up, name="warm-up", daemon=True).start()
    listener.serve()
    logging.info("stopped")
    lock.release()
    logging.shutdown()
    sys.stdout.flush()
    # The engine's threads have been seen to keep an interpreter from ending; everything is closed.
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
