"""Three habits of PyFlink's Python worker that cost more than our work, changed at run time.

Measured on two cores, 32 shards, payloads of 20 kB: together with larger bundles 15 -> 27 chunks/s.

* It writes keyed state one key at a time and waits for each answer, a millisecond each. Requests
  travel in order, so all may be sent first: one wait per bundle.
* It samples its own stack from a thread per bundle, and ends each bundle by joining that thread,
  which is asleep: 2 ms, or a sixth of the bundle.
* It keeps a copy of all state it ever read or cleared. The shards are the copy we want.

Every change checks that what it touches is there; where a release moved it, the worker is slower
and as right as before. The tests fail then.
"""

from types import MethodType

from pyflink.datastream.functions import RuntimeContext

from jobs.flink.worker_watch import exit_with_jvm


def tune_worker(runtime_context: RuntimeContext) -> list[str]:
    """Apply the changes for the operator being opened; returns their names.

    Called first in every operator's `open`, so the watch on the JVM starts here too.
    """
    exit_with_jvm()
    applied = []
    if _without_sampler():
        applied.append("sampler")
    backend = getattr(runtime_context, "_keyed_state_backend", None)
    if backend is not None:
        if all(hasattr(backend, name) for name in
               ("commit", "_internal_state_cache", "_all_states", "_encoded_current_key")):
            backend.commit = MethodType(_commit_together, backend)
            applied.append("commit")
        cache = getattr(getattr(backend, "_state_handler", None), "_state_cache", None)
        if hasattr(cache, "_max_weight"):
            cache._max_weight = 0
            applied.append("cache")
    return applied


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


def _commit_together(backend) -> None:
    """Send the writes of all keys, then wait for all answers; raises when one was refused."""
    states = [*backend._internal_state_cache]
    states += [state._internal_state for state in backend._all_states.values()]
    answers = []
    seen = set()
    for state in states:
        if state is None or id(state) in seen:
            continue
        seen.add(id(state))
        if state._cleared:
            answers.append(state._state_handler.clear(state._state_key))
        if state._added_elements:
            answers.append(state._state_handler.extend(
                state._state_key, state._value_coder.get_impl(), state._added_elements))
        state._cleared = False
        state._added_elements = []
    for answer in answers:
        error = answer.get().error
        if error:
            raise RuntimeError(f"Flink refused a state write: {error}")
