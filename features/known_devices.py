"""The devices an account is ordered from: which of them are new to it.

Each slot holds a device's 32-bit hash and when it was first seen with the account, the device used
last first. The first device of all is taken for the usual one, since nothing is known of the time
before. Whoever orders from more than :data:`DEVICES` devices in turn has every one of them seen as
new again and again; a new telephone counts as new for :data:`NEW_S`, like a thief's.
"""

import numba
import numpy as np

#: Devices remembered per account (ours).
DEVICES = 3
#: Words (uint32) of the memory.
DEVICE_WORDS = 2 * DEVICES
#: How long a device is new to an account, s (ours): three days.
NEW_S = 3 * 86_400


@numba.njit(cache=True)
def meet_device(words, first, device, now_s):
    """Note an order from `device`; tell whether the device is new to the account.

    Parameters
    ----------
    words : ndarray of uint32
        An account's row of words.
    first : int
        Where the memory lies in it.
    device : uint32
        Not 0.
    now_s : int
        Time of the order, seconds since 1970.
    """
    at = DEVICES - 1
    since = np.uint32(max(now_s, 1)) if words[first] != 0 else np.uint32(0)
    for k in range(DEVICES):
        held = words[first + 2 * k]
        if held == device:
            at, since = k, words[first + 2 * k + 1]
            break
        if held == 0:
            at = k
            break
    for k in range(at, 0, -1):
        words[first + 2 * k] = words[first + 2 * k - 2]
        words[first + 2 * k + 1] = words[first + 2 * k - 1]
    words[first], words[first + 1] = device, since
    return since > 0 and now_s - np.int64(since) < NEW_S
