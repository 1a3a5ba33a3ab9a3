"""What the lane computes and when it says something: names, scales, thresholds."""

#: Features of a phone by name, with the typical value that brings each to [0, 1] by ``x / (x + scale)``.
#: In the order of the sorted names, which is the order in which river takes them.
SCALES = {
    "answer_rate_1d": 0.7,
    "called_back_share_7d": 0.3,
    "calls_28d": 100.0,
    "calls_per_counterpart_7d": 3.0,
    "in_calls_7d": 20.0,
    "mean_talk_s_1d": 60.0,
    "mean_talk_s_28d": 80.0,
    "mobile_number": 1.0,
    "most_calls_with_one_28d": 50.0,
    "most_with_one_share_28d": 0.3,
    "novel_calls_1d": 4.0,
    "novel_calls_1h": 1.0,
    "novel_share_7d": 0.5,
    "novel_sms_1d": 2.0,
    "novel_sms_1h": 1.0,
    "out_calls_1d": 5.0,
    "out_calls_1h": 1.0,
    "out_calls_7d": 20.0,
    "out_share_28d": 0.5,
    "out_share_7d": 0.5,
    "out_sms_1h": 1.0,
    "sequential_share_1d": 0.1,
    "sms_28d": 50.0,
    "sms_share_28d": 0.3,
}
FEATURES = tuple(SCALES)
#: Shards, hence models; a power of two.
SHARDS = 16
#: Arguments of river's half-space trees: its defaults, with a seed.
TREES = {"n_trees": 10, "height": 8, "window_size": 250, "seed": 42}
#: A phone that called so many unknown numbers within a day, and scores as high as this, is an alert (ours).
NOVEL_CALLS, SCORE = 4.0, 0.9
#: Alerts of a phone nearer to each other than this are one hit, ms.
GAP_MS = 86_400_000
#: Below this a share is 0: what is left of the whole has decayed away.
NOTHING = 1e-6
