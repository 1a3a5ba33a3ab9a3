"""How activity is spread over the hours of a day, for each way of life."""

import numpy as np

#: Ways of life: office hours, young people and students, the old, night shift. Shares are ours.
PERSONAS = ("worker", "young", "elder", "night")
PERSONA_SHARE = (0.58, 0.20, 0.17, 0.05)

# Relative activity for local hours 0..23 (ours; night lows, peaks before noon and in the evening).
_WORKER = (2, 1, 1, 1, 1, 3, 12, 30, 55, 80, 88, 82, 62, 58, 72, 76, 78, 84, 80, 70, 60, 42, 20, 7)
_WORKER_FREE = (4, 2, 1, 1, 1, 2, 7, 18, 38, 62, 76, 78, 66, 54, 58, 64, 68, 72, 72, 68, 60, 46, 26, 10)
_YOUNG = (14, 7, 4, 2, 1, 1, 4, 14, 28, 42, 50, 62, 66, 50, 48, 52, 58, 70, 78, 80, 84, 80, 60, 32)
_ELDER = (1, 1, 1, 1, 2, 10, 30, 58, 80, 88, 80, 58, 36, 28, 44, 56, 58, 60, 62, 50, 30, 12, 4, 2)
_NIGHT = (52, 44, 38, 30, 26, 22, 20, 20, 16, 12, 10, 14, 22, 30, 36, 42, 50, 56, 60, 60, 62, 66, 66, 60)
#: Text messages of platforms and banks.
SERVICE = np.array((2, 1, 1, 1, 1, 2, 5, 14, 34, 68, 84, 78, 60, 56, 66, 70, 70, 68, 62, 56, 50, 34, 16, 6), float)
#: Hours in which business numbers, honest or not, call.
OFFICE = np.array((0,) * 9 + (70, 100, 90, 30, 45, 90, 100, 95, 55, 20, 8) + (0,) * 4, float)
#: Couriers, from the first delivery round to the last.
ROUNDS = np.array((0,) * 7 + (10, 50, 90, 100, 95, 70, 50, 60, 80, 90, 95, 90, 50, 20) + (0,) * 3, float)
#: Waking hours.
AWAKE = np.array((1, 0, 0, 0, 0, 0, 2, 10, 30, 60, 70, 70, 60, 60, 60, 60, 65, 70, 75, 80, 80, 70, 40, 10), float)
#: Round the clock (pattern D105).
ROUND_THE_CLOCK = np.ones(24)


def _rows(*rows):
    return np.array(rows, float) / np.array(rows, float).sum(axis=1, keepdims=True)


#: Share of a day's activity in each hour: [weekend, persona, hour]; each row sums to one.
PROFILE = np.stack([_rows(_WORKER, _YOUNG, _ELDER, _NIGHT), _rows(_WORKER_FREE, _YOUNG, _ELDER, _NIGHT)])
#: Volume on a weekend day relative to a working day (ours).
WEEKEND_VOLUME = 0.86
