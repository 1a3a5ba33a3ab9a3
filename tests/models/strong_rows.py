"""For each typology a card that shows it clearly, and an honest one that looks like it, by hand."""

#: Features that count; all others are 0.
STRONG = {
    "3006": {"payers_5wd": 20, "payees_5wd": 1, "in_5wd": 22, "out_5wd": 3, "in_7d": 20, "in_yuan_7d": 60_000,
             "out_yuan_7d": 59_000, "novel_in_share_7d": 1.0},
    "3007": {"payers_5wd": 1, "payees_5wd": 12, "in_5wd": 2, "out_5wd": 14, "in_7d": 2, "in_yuan_7d": 60_000,
             "out_yuan_7d": 59_000, "dwell_min": 15, "passed_share_1d": 0.95},
    "3008": {"near_equal_run": 12},
    "D101": {"passed_share_1d": 0.97, "dwell_min": 6, "in_1d": 4, "in_yuan_1d": 30_000},
    "D102": {"large_after_trial": 90_000, "novel_in_share_7d": 0.9, "novel_out_share_7d": 0.9, "payers_5wd": 2},
    "D103": {"silent_d": 200, "events_since_silence": 12, "in_yuan_1d": 30_000, "out_yuan_1d": 29_000,
             "novel_in_share_7d": 1.0},
    "D201": {"novel_calls_1d": 120, "calls_per_counterpart_7d": 1.05, "called_back_share_7d": 0.0,
             "answer_rate_1d": 0.3},
    "D202": {"sequential_share_1d": 0.8, "out_calls_1d": 60},
    "D203": {"device_cards": 12, "out_share_7d": 0.99, "cells_7d": 1},
    "D204": {"novel_sms_1h": 300, "mobile_number": 1, "out_share_7d": 1.0},
    "D205": {"age_d": 1, "novel_calls_1d": 40, "novel_sms_1d": 10, "out_share_7d": 0.98, "called_back_share_7d": 0.0},
}  # fmt: skip

#: What makes the strong row an honest one: changes to it, and who that is.
HONEST = {
    "3006": [
        ("a shop keeps its takings", {"out_yuan_7d": 3_000}),
        ("a class fund: parents pay again and again", {"novel_in_share_7d": 0.2}),
        ("a shop's small change", {"in_yuan_7d": 1_000, "out_yuan_7d": 990}),
        ("two friends share a bill", {"payers_5wd": 2}),
    ],
    "3007": [
        ("a household spends its wage over the week", {"dwell_min": 3 * 1440}),
        ("an employer with as many customers as staff", {"payers_5wd": 12}),
        ("someone with savings", {"balance_share": 0.9}),
    ],
    "3008": [("rent, twice", {"near_equal_run": 2})],
    "D101": [
        ("wages that stay", {"passed_share_1d": 0.1}),
        ("a wage passed on at night", {"dwell_min": 300}),
        ("lunch money", {"in_yuan_1d": 60}),
        ("who keeps a balance", {"balance_share": 0.8}),
    ],
    "D102": [
        ("a red packet, then rent to the landlord of ten years", {"novel_in_share_7d": 0.1, "novel_out_share_7d": 0.1}),
        ("a trial and nothing behind it", {"large_after_trial": 0}),
        ("a shop with a hundred customers", {"payers_5wd": 100}),
    ],
    "D103": [
        ("active every day", {"silent_d": 0}),
        ("back from abroad, paid by his employer", {"novel_in_share_7d": 0.1}),
        ("one payment after long", {"events_since_silence": 1}),
    ],
    "D201": [
        ("a courier is called back", {"called_back_share_7d": 0.5}),
        ("a salesperson keeps calling the same", {"calls_per_counterpart_7d": 6}),
        ("whom people do answer", {"answer_rate_1d": 0.95}),
        ("an ordinary day", {"novel_calls_1d": 4}),
    ],
    "D202": [("a clinic's list", {"sequential_share_1d": 0.05}), ("three colleagues", {"out_calls_1d": 3})],
    "D203": [
        ("a couple's shared handset", {"device_cards": 2}),
        ("a repair shop's test phone is called, too", {"out_share_7d": 0.5}),
        ("a taxi", {"cells_7d": 30}),
    ],
    "D204": [("a bank's service number", {"mobile_number": 0}), ("new year's greetings", {"novel_sms_1h": 12})],
    "D205": [
        ("a card of five years", {"age_d": 1800}),
        ("a new card tells its friends, who call back", {"called_back_share_7d": 0.6}),
        ("a new card is tried out", {"novel_calls_1d": 3, "novel_sms_1d": 1}),
    ],
}
