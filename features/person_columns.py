"""Where the state of a person lies, and the row that says how a payment or call of theirs looks."""

from enum import IntEnum

import numpy as np

#: Calls and payments remembered of a person (ours). Of calls the weightiest within the window stay, of
#: payments the latest.
CALLS, PAYMENTS = 4, 4


class I(IntEnum):
    """int64 columns: times in UTC ms, identities, numbers, money in fen."""

    CALL_MS = 0
    CALL_UID = CALL_MS + CALLS
    CALLER = CALL_UID + CALLS
    PAID_MS = CALLER + CALLS
    PAID_UID = PAID_MS + PAYMENTS
    PAYEE = PAID_UID + PAYMENTS
    ACCOUNT = PAYEE + PAYMENTS
    FEN = ACCOUNT + PAYMENTS
    BALANCE_FEN = FEN + PAYMENTS
    NUMBER = BALANCE_FEN + PAYMENTS
    WIDTH = NUMBER + 1


class F(IntEnum):
    """float32 columns: yuan, and risks of 0 to 1000."""

    GATHERED = 0
    USUAL = GATHERED + PAYMENTS
    CALLER_RISK = USUAL + PAYMENTS
    PAYEE_RISK = CALLER_RISK + CALLS
    WIDTH = PAYEE_RISK + PAYMENTS


class W(IntEnum):
    """uint32 columns."""

    # Seconds of talk.
    SECONDS = 0
    # Digits of the caller's number, and whether the called phone told of the call.
    CALLER_IS = SECONDS + CALLS
    # Digits of payee and account, whether the payer told of the payment, and how often it was judged.
    PAID_IS = CALLER_IS + CALLS
    DIGITS = PAID_IS + PAYMENTS
    WIDTH = DIGITS + 1


#: What is known of a payment, or of a call without one, when it is judged.
JUDGED_ROW = np.dtype(
    [
        ("uid", "<u8"),  # of the payment, or of the call where there is none
        ("time", "<i8"),
        ("entity", "<u8"),
        ("number", "<u8"),
        ("account", "<u8"),
        ("payee", "<u8"),
        ("caller", "<u8"),
        ("known_ms", "<i8"),  # event time of what made it look so
        ("call_time", "<i8"),  # begin of the last call of that caller
        ("fen", "<i8"),
        ("balance_fen", "<i8"),  # left after it, ABSENT where unknown
        ("yuan", "<f4"),
        ("balance_yuan", "<f4"),  # NaN where unknown
        ("gathered_yuan", "<f4"),
        ("usual_yuan", "<f4"),
        ("paid_yuan", "<f4"),  # to payees never paid before, in the window, this one included
        ("before_yuan", "<f4"),  # the one before, 0 if none
        ("talk_s", "<f4"),  # with that caller in the window
        ("since_min", "<f4"),  # from the end of the last call, negative while it lasts
        ("caller_risk", "<f4"),  # 0 to 1000
        ("payee_risk", "<f4"),
        ("calls", "<u2"),
        ("payments", "<u2"),
        ("version", "<u2"),  # how often this payment was judged
        ("together", "<u2"),  # persons who talked with that caller and paid that payee, see
        ("payers", "<u2"),  # :mod:`features.payee_features`; among so many whose payments are remarkable
        ("unknown", "u1"),  # 1 where the person never turned to the caller
        ("paid", "u1"),  # 1 of a payment, 0 of a call
        ("digits", "u1"),
        ("account_digits", "u1"),
        ("payee_digits", "u1"),
        ("caller_digits", "u1"),
        
    ]
)
