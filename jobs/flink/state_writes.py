"""A bundle's state writes, sent together and packed at the speed of a copy.

PyFlink copies a value byte by byte in a loop, and Beam builds the request of parts that protobuf serializes and parses
again: with payloads of 100 kB a quarter of all time that a worker held the interpreter's lock.
"""

from collections.abc import Iterator

from apache_beam.coders import coder_impl
from apache_beam.portability.api import beam_fn_api_pb2

#: What one request carries at most before the next is begun, bytes; Beam's own threshold.
_REQUEST_BYTES = 10 << 20
_PROBE = b"duanka state"
#: Seconds between two looks whether Flink's end of the channel is still there; Beam's own waits do the same.
_LOOK_S = 1.0


class StateWrites:
    """Takes the place of a keyed state backend's `commit`."""

    def __init__(self, backend):
        self._backend = backend
        self._packs_plainly: dict[object, bool] = {}

    def __call__(self) -> None:
        """Send the writes of all keys, then wait for all answers.

        Raises
        ------
        RuntimeError
            One was refused, or the channel to Flink broke: answers that are on their way never come then.
        """
        states = [*self._backend._internal_state_cache]
        states += [state._internal_state for state in self._backend._all_states.values()]
        answers = []
        seen = set()
        for state in states:
            if state is None or id(state) in seen:
                continue
            seen.add(id(state))
            if state._cleared:
                answers.append((state._state_handler, state._state_handler.clear(state._state_key)))
            if state._added_elements:
                answers.extend((state._state_handler, answer) for answer in self._append(state))
            state._cleared = False
            state._added_elements = []
        for handler, answer in answers:
            error = _awaited(handler, answer).error
            if error:
                raise RuntimeError(f"Flink refused a state write: {error}")

    def _append(self, state) -> Iterator:
        handler, coder = state._state_handler, state._value_coder.get_impl()
        elements = state._added_elements
        are_bytes = all(type(element) is bytes for element in elements)
        if not (are_bytes and _is_known(handler) and self._is_plain(coder)) or _is_cached(handler, state._state_key):
            yield handler.extend(state._state_key, coder, elements)
            return
        parts, size = [], 0
        for element in elements:
            parts += (len(element).to_bytes(4, "big"), element)
            size += len(element)
            if size > _REQUEST_BYTES:
                yield _send(handler, state._state_key, parts)
                parts, size = [], 0
        if parts:
            yield _send(handler, state._state_key, parts)

    def _is_plain(self, coder) -> bool:
        """Whether bytes are written as their length and themselves, as a release of PyFlink may do otherwise."""
        known = self._packs_plainly.get(coder)
        if known is None:
            out = coder_impl.create_OutputStream()
            coder.encode_to_stream(_PROBE, out, True)
            known = self._packs_plainly[coder] = out.get() == len(_PROBE).to_bytes(4, "big") + _PROBE
        return known


def _awaited(handler, answer):
    channel = getattr(handler, "_underlying", None)
    while not answer.wait(_LOOK_S):
        if broken := getattr(channel, "_exception", None):
            raise RuntimeError(f"Flink's channel for state broke: {broken}")
        if getattr(channel, "_done", False):
            raise RuntimeError("Flink closed the channel for state")
    return answer.get()


def _is_known(handler) -> bool:
    """Whether what is touched here is there in this release of Beam."""
    return (all(hasattr(handler, name) for name in ("_get_cache_token", "_convert_to_cache_key", "_state_cache"))
            and hasattr(getattr(handler, "_underlying", None), "_request"))


def _is_cached(handler, state_key) -> bool:
    """Whether Beam holds a copy that it would have to be told of; with the cache off it holds none."""
    token = handler._get_cache_token(state_key)
    return bool(token) and handler._state_cache.peek((handler._convert_to_cache_key(state_key), token)) is not None


def _send(handler, state_key, parts: list[bytes]):
    request = beam_fn_api_pb2.StateRequest()
    request.state_key.CopyFrom(state_key)
    # Set in place: a message given to the constructor is serialized and parsed once more.
    request.append.data = b"".join(parts)
    return handler._underlying._request(request)
