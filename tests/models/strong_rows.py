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
    "D104": {"age_d": 4, "flow_above_peers": 4, "novel_in_yuan_share_7d": 0.95},
    "D105": {"rest_h_7d": 1, "night_share_7d": 0.3, "in_7d": 40, "out_7d": 30},
    "D106": {"below_limit_share_7d": 0.9, "below_limit_7d": 6},
    "D107": {"device_cards": 9, "novel_in_share_7d": 0.9, "novel_out_share_7d": 0.5},
    "D108": {"linked_28d": 0.9},
    "D109": {"corporate": 1, "online_out_1d": 25, "novel_out_share_7d": 0.95, "passed_share_7d": 0.95},
    "D110": {"quick_cash_1d": 4, "passed_share_1d": 0.95, "in_yuan_1d": 20_000},
    "D111": {"repeat_surprise_bits": 12, "peers_repeat_share": 0.01, "repeats_1d": 4},
    "D112": {"events_above_peers": 6, "in_7d": 30, "out_7d": 30},
    "D201": {"novel_calls_1d": 120, "calls_per_counterpart_7d": 1.05, "called_back_share_7d": 0.0,
             "answer_rate_1d": 0.3, "out_share_28d": 1.0},
    "D202": {"sequential_share_1d": 0.8, "out_calls_1d": 60},
    "D203": {"device_cards": 12, "out_share_7d": 0.99, "cells_7d": 1},
    "D204": {"novel_sms_1d": 300, "mobile_number": 1, "out_share_7d": 1.0},
    "D205": {"age_d": 1, "novel_calls_1d": 40, "out_share_7d": 0.98, "called_back_share_7d": 0.0,
             "answer_rate_1d": 0.4},
    "D206": {"silent_d": 90, "novel_calls_1d": 30, "elsewhere_since_silence": 0.9, "called_back_share_7d": 0.02},
    "D207": {"away_province_share_7d": 1.0, "novel_calls_1d": 40, "out_share_28d": 0.98, "called_back_share_7d": 0.01},
    "D208": {"device_confirmed_cards": 1, "out_share_7d": 0.95},
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
    "D104": [
        ("an account of three years", {"age_d": 1000}),
        ("a new account moves what its peers move", {"flow_above_peers": 0.5}),
        ("a new account for the wage of years", {"novel_in_yuan_share_7d": 0.1}),
        ("a new account to save on", {"balance_share": 0.9}),
    ],
    "D105": [
        ("who sleeps", {"rest_h_7d": 7}),
        ("a shop that shuts", {"night_share_7d": 0.01}),
        ("a few payments at odd hours", {"in_7d": 3, "out_7d": 4}),
        ("a filling station keeps its takings", {"balance_share": 0.8}),
    ],
    "D106": [
        ("one payment of 1,990", {"below_limit_7d": 1}),
        ("a shop that sells at 1,999 among other things", {"below_limit_share_7d": 0.1}),
    ],
    "D107": [
        ("a couple", {"device_cards": 2}),
        ("a bookkeeper pays the same payees every month", {"novel_in_share_7d": 0.1, "novel_out_share_7d": 0.05}),
    ],
    "D108": [
        ("who deals with nobody suspicious", {"linked_28d": 0}),
        ("a victim with savings", {"balance_share": 0.7}),
    ],
    "D109": [
        ("a person", {"corporate": 0}),
        ("wages to the same staff", {"novel_out_share_7d": 0.1}),
        ("a business that pays out of what it has", {"passed_share_7d": 0.2}),
        ("a few invoices", {"online_out_1d": 2}),
    ],
    "D110": [
        ("cash for the weekend", {"quick_cash_1d": 0.5}),
        ("most of the wage stays", {"passed_share_1d": 0.2}),
        ("pocket money", {"in_yuan_1d": 500}),
        ("who keeps a balance", {"balance_share": 0.8}),
    ],
    "D111": [
        ("where everybody pays the same shops again", {"peers_repeat_share": 0.3}),
        ("one new payee after another", {"repeat_surprise_bits": 0.2}),
    ],
    "D112": [("as busy as its peers", {"events_above_peers": 0})],
    "D201": [
        ("a courier is called back", {"called_back_share_7d": 0.5}),
        ("a salesperson keeps calling the same", {"calls_per_counterpart_7d": 6}),
        ("whom people do answer", {"answer_rate_1d": 0.95}),
        ("an ordinary day", {"novel_calls_1d": 4}),
        ("a salesperson whose customers call", {"out_share_28d": 0.5}),
    ],
    "D202": [("a clinic's list", {"sequential_share_1d": 0.05}), ("three colleagues", {"out_calls_1d": 3})],
    "D203": [
        ("a couple's shared handset", {"device_cards": 2}),
        ("a repair shop's test phone is called, too", {"out_share_7d": 0.5}),
        ("a taxi", {"cells_7d": 30}),
    ],
    "D204": [("a bank's service number", {"mobile_number": 0}), ("new year's greetings", {"novel_sms_1d": 12})],
    "D205": [
        ("a card of five years", {"age_d": 1800}),
        ("a new card tells its friends, who call back", {"called_back_share_7d": 0.6}),
        ("a new card is tried out", {"novel_calls_1d": 3}),
        ("a new card tells its friends, who answer", {"answer_rate_1d": 1.0}),
    ],
    "D206": [
        ("in use all the time", {"silent_d": 0}),
        ("back from abroad, calls friends", {"novel_calls_1d": 2}),
        ("taken up again at home", {"elsewhere_since_silence": 0.0}),
        ("whose friends call back", {"called_back_share_7d": 0.5}),
    ],
    "D207": [
        ("at home", {"away_province_share_7d": 0.0}),
        ("works far from home, calls the family", {"novel_calls_1d": 1}),
        ("works far from home and is called as much", {"out_share_28d": 0.5}),
        ("a courier far from home", {"called_back_share_7d": 0.4}),
    ],
    "D208": [
        ("a handset of nobody known", {"device_confirmed_cards": 0}),
        ("a line that is only called", {"out_share_7d": 0.1}),
    ],
}
