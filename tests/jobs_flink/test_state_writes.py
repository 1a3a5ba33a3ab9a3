"""State is packed as PyFlink and Beam pack it, only quicker."""

import pytest
from apache_beam.portability.api import beam_fn_api_pb2
from apache_beam.runners.worker.sdk_worker import GlobalCachingStateHandler
from apache_beam.runners.worker.statecache import StateCache
from pyflink.common import Types
from pyflink.fn_execution.beam.beam_coders import FlinkCoder
from pyflink.fn_execution.coders import from_type_info

from jobs.flink.state_writes import StateWrites

KEY = beam_fn_api_pb2.StateKey(bag_user_state=beam_fn_api_pb2.StateKey.BagUserState(key=b"k", user_state_id="log"))


class Wire:
    """Stands for the channel to Flink: keeps what would be sent."""

    def __init__(self):
        self.sent = []

    def _request(self, request):
        request.id = str(len(self.sent))
        self.sent.append(request)
        return Answer()

    def append_raw(self, state_key, data):
        return self._request(beam_fn_api_pb2.StateRequest(
            state_key=state_key, append=beam_fn_api_pb2.StateAppendRequest(data=data)))

    def clear(self, state_key):
        return self._request(beam_fn_api_pb2.StateRequest(
            state_key=state_key, clear=beam_fn_api_pb2.StateClearRequest()))


class Answer:
    def __init__(self, error: str = ""):
        self.error = error

    def wait(self, timeout):
        return True

    def get(self):
        return self


class NoAnswer(Answer):
    def wait(self, timeout):
        return False


class State:
    """As PyFlink's list and value states look to a commit."""

    def __init__(self, wire, elements, type_info, cleared=False):
        self._state_handler = GlobalCachingStateHandler(StateCache(0), wire)
        self._state_handler._context.user_state_cache_token = self._state_handler._context.bundle_cache_token = None
        self._state_key = KEY
        self._value_coder = FlinkCoder(from_type_info(type_info))
        self._added_elements, self._cleared = elements, cleared


class Backend:
    def __init__(self, *states):
        self._internal_state_cache = list(states)
        self._all_states = {}


BYTES = Types.PRIMITIVE_ARRAY(Types.BYTE())
LARGE = bytes(range(256)) * 30_000


@pytest.mark.parametrize(("elements", "type_info"), [
    ([b"one", b"", b"three" * 100], BYTES),
    ([LARGE, LARGE, b"end"], BYTES),
    ([7, -1], Types.LONG()),
    (["words"], Types.STRING()),
    ([{"any": "thing"}], Types.PICKLED_BYTE_ARRAY()),
])
def test_the_bytes_are_those_of_beam(elements, type_info):
    ours, theirs = Wire(), Wire()
    state = State(ours, list(elements), type_info, cleared=True)
    StateWrites(Backend(state))()
    same = State(theirs, list(elements), type_info)
    theirs.clear(KEY)
    same._state_handler.extend(KEY, same._value_coder.get_impl(), elements)
    assert [request.SerializeToString() for request in ours.sent] == [r.SerializeToString() for r in theirs.sent]
    assert (state._added_elements, state._cleared) == ([], False)


def test_a_refused_write_is_heard_of():
    wire = Wire()
    wire._request = lambda request: Answer("no space")
    with pytest.raises(RuntimeError, match="no space"):
        StateWrites(Backend(State(wire, [b"x"], BYTES)))()


def test_a_write_is_not_waited_for_once_the_channel_broke():
    wire = Wire()
    wire._request = lambda request: NoAnswer()
    wire._exception = ConnectionError("Application error processing RPC")
    with pytest.raises(RuntimeError, match="channel for state broke: Application error"):
        StateWrites(Backend(State(wire, [b"x"], BYTES)))()
