"""The cache of counterparts against a slow one, with few slots, many counterparts and late meetings."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from features.peer_cache import SLOT_WORDS, knows, meet, most_met
from tests.features.oracle import RegularPeers

MONTH_S = 30 * 86_400
#: (counterpart, seconds since the last meeting; now and then long, now and then late)
MEETINGS = st.lists(
    st.tuples(st.integers(1, 9), st.sampled_from([0, 0, 1, 5, 60, 86_400, MONTH_S // 2, 2 * MONTH_S, -3, -100_000])),
    max_size=60,
)


@settings(deadline=None, max_examples=200)
@given(MEETINGS, st.integers(1, 5), st.integers(0, 3))
def test_like_the_slow_cache(meetings, slots, first):
    words = np.zeros(first + slots * SLOT_WORDS + 2, np.uint32)
    words[:first], words[-2:] = 77, 88
    slow, now_s = RegularPeers(slots), 1_700_000_000
    for peer, gap_s in meetings:
        now_s += gap_s
        slot, novel = meet(words, first, slots, np.uint32(peer), now_s, now_s - MONTH_S)
        assert (int(words[first + slot * SLOT_WORDS + 2]), novel) == slow.meet(str(peer), now_s)
        assert words[first + slot * SLOT_WORDS] == peer
        for other in range(1, 10):
            assert knows(words, first, slots, np.uint32(other)) == slow.knows(str(other))
        assert most_met(words, first, slots) == slow.most_met()
    assert (words[:first] == 77).all() and (words[-2:] == 88).all(), "it writes beyond its slots"


def test_regulars_are_never_novel_again_however_many_strangers_come():
    words = np.zeros(4 * SLOT_WORDS, np.uint32)
    for regular in (1, 2, 3):
        for k in range(3):
            meet(words, 0, 4, np.uint32(regular), 1000 + k, 0)
    assert all(meet(words, 0, 4, np.uint32(stranger), 2000 + stranger, 0)[1] for stranger in range(100, 400))
    assert not any(meet(words, 0, 4, np.uint32(regular), 3000, 0)[1] for regular in (1, 2, 3))


def test_a_late_meeting_does_not_make_a_counterpart_older():
    """Else the one met again, but late, would be the next to go."""
    words = np.zeros(2 * SLOT_WORDS, np.uint32)
    meet(words, 0, 2, np.uint32(1), 5000, 0)
    meet(words, 0, 2, np.uint32(1), 100, 0)
    meet(words, 0, 2, np.uint32(2), 3000, 0)
    meet(words, 0, 2, np.uint32(2), 3001, 0)
    meet(words, 0, 2, np.uint32(3), 6000, 0)
    assert knows(words, 0, 2, np.uint32(1)) and not knows(words, 0, 2, np.uint32(2))
