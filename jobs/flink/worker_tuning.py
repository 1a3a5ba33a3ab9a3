"""Four habits of PyFlink's Python worker that cost more than our work, changed at run time.

Measured on two cores, 32 shards, payloads of 20 kB: together with larger bundles 15 -> 27 chunks/s.

* It writes keyed state one key at a time and waits for each answer, a millisecond each. Requests
  travel in order, so all may be sent first: one wait per bundle. How they are packed: `state_writes`.
* It samples its own stack from a thread per bundle, and ends each bundle by joining that thread,
  which is asleep: 2 ms, or a sixth of the bundle.
* It keeps a copy of all state it ever read or cleared. The shards are the copy we want.
* The interpreter looks for cycles after every 700 new objects, and through all modules each time it
  looks at old ones, though a bundle makes none: a thirtieth of the time that the lock is held.

Every change checks that what it touches is there; where a release moved it, the worker is slower
and as right as before. The tests fail then.
"""

import gc

from pyflink.datastream.functions import RuntimeContext

from jobs.flink.state_writes import StateWrites
from jobs.flink.worker_watch import exit_with_jvm

#: Before the interpreter looks for cycles among them (ours).
_NEW_OBJECTS = 20_000


def tune_worker(runtime_context: RuntimeContext) -> list[str]:
    """Apply the changes for the operator being opened; returns their names.

    Called first in every operator's `open`, so the watch on the JVM starts here too.
    """
    exit_with_jvm()
    applied = []
    _collect_less()
    if _without_sampler():
        applied.append("sampler")
    backend = getattr(runtime_context, "_keyed_state_backend", None)
    if backend is not None:
        if all(hasattr(backend, name) for name in
               ("commit", "_internal_state_cache", "_all_states", "_encoded_current_key")):
            backend.commit = StateWrites(backend)
            applied.append("commit")
        cache = getattr(getattr(backend, "_state_handler", None), "_state_cache", None)
        if hasattr(cache, "_max_weight"):
            cache._max_weight = 0
            applied.append("cache")
    return applied


def _collect_less() -> None:
    """What was loaded so far is not looked through again; new objects are, but in larger lots."""
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, 10, 10)


def _without_sampler() -> bool:
    from apache_beam.runners.worker import statesampler

    sampler = statesampler.StateSampler
    if not (hasattr(sampler, "start") and hasattr(sampler, "stop_if_still_running")):
        return False

    def start(self) -> None:
        statesampler.set_current_tracker(self)

    def stop(self) -> None:
        statesampler.set_current_tracker(None)

    sampler.start = start
    sampler.stop = sampler.stop_if_still_running = stop
    return True
