"""Rows about a person: calls that reached them and payments they made, from whoever knows more of either.

A person is known by their phone number. The shard of a caller knows how suspicious the caller is by now,
that of the called phone whether it ever turned to that number, that of an account whether it paid this
payee before and whose phone belongs to it. Each sends what may matter to the shard of the person.
"""

import numpy as np

from features import account
from features.card_features import FeatureRows
from features.hashing import hash_decimals
from features.owners import AccountOwners, split_phone
from features.roles import IN, OUT, PHONE, PHONE_SEED
from features.validate import ABSENT

# Roles, in the order in which rows of the same event are taken.
#: A suspect called; a number called that the person never turned to; a payment to a payee who is
#: new or nearly so; a payment to a suspect.
BY_CALLER, BY_CALLED, PAID, BY_PAYEE = 2, 3, 4, 5

#: One row for a shard of persons.
PERSON_ROW = np.dtype(
    [
        ("time", "<i8"),  # event time, UTC ms
        ("uid", "<u8"),  # identity of the call or payment
        ("entity", "<u8"),  # hash of the person's phone
        ("number", "<u8"),  # that phone's number
        ("account", "<u8"),  # PAID: number of the paying account
        ("other", "<u8"),  # number of the caller, or of the payee
        ("fen", "<i8"),  # PAID, BY_PAYEE
        ("balance_fen", "<i8"),  # PAID: left in the account, ABSENT where unknown
        ("gathered_yuan", "<f4"),  # PAID: came into the account within about a day
        ("usual_yuan", "<f4"),  # PAID: what other accounts move a day
        ("risk", "<f4"),  # BY_CALLER, BY_PAYEE: the suspect's risk by now, 0 to 1000
        ("seconds", "<u4"),  # of the call
        ("met", "u1"),  # PAID: payments to this payee, this one included, lately
        ("role", "u1"),
        ("digits", "u1"),  # lengths of the three numbers
        ("account_digits", "u1"),
        ("other_digits", "u1"),
        ("spare", "u1", (3,)),
    ]
)
NO_ROWS = np.empty(0, PERSON_ROW)
#: Calls shorter than this say nothing, s (ours).
LEAST_TALK_S = 45
#: A caller or payee whose risk is lower says nothing, of 1000 (ours): of most it is below.
CALLER_RISK, PAYEE_RISK = 0.005, 0.05
#: Payments to one payee told of: one that is new, and what follows within a scam (ours).
MOST_MET = 5
#: Payments below this are not looked at, yuan (ours).
LEAST_YUAN = 20
_SMS = 1
_GATHERED = account.FEATURES.index("in_yuan_1d")
_USUAL = account.FEATURES.index("peers_flow_1d")


def person_rows(features: FeatureRows, risk: np.ndarray, owners: AccountOwners) -> np.ndarray:
    """What rows of cards, as they were scored, say to persons.

    Parameters
    ----------
    features : FeatureRows
    risk : ndarray of float64, shape (n,)
        Of each row, 0 to 1000.
    owners : AccountOwners
        Learns whose phone belongs to which account, and is asked where a payment does not say.

    Returns
    -------
    ndarray of PERSON_ROW, shape (m,)
    """
    return _of_calls(features, risk) if features.kind == PHONE else _of_payments(features, risk, owners)


def _of_calls(features: FeatureRows, risk: np.ndarray) -> np.ndarray:
    rows = features.rows
    talk = (rows["value"] >= LEAST_TALK_S) & (rows["kind"] != _SMS)
    by_caller = np.flatnonzero(talk & (rows["role"] == OUT) & (risk >= CALLER_RISK) & (rows["peer_digits"] > 0))
    by_called = np.flatnonzero(talk & (rows["role"] == IN) & (features.met == 0) & (rows["digits"] > 0))
    said = np.zeros(by_caller.size + by_called.size, PERSON_ROW)
    mine, theirs = said[: by_called.size], said[by_called.size :]
    for part, chosen, who, other in (
        (mine, by_called, ("entity", "number", "digits"), ("peer_number", "peer_digits")),
        (theirs, by_caller, ("peer", "peer_number", "peer_digits"), ("number", "digits")),
    ):
        part["time"], part["uid"] = rows["time"][chosen], rows["uid"][chosen]
        part["seconds"] = np.minimum(rows["value"][chosen], np.iinfo(np.uint32).max)
        part["entity"], part["number"], part["digits"] = (rows[name][chosen] for name in who)
        part["other"], part["other_digits"] = (rows[name][chosen] for name in other)
    mine["role"], theirs["role"] = BY_CALLED, BY_CALLER
    theirs["risk"] = risk[by_caller]
    return said


def _of_payments(features: FeatureRows, risk: np.ndarray, owners: AccountOwners) -> np.ndarray:
    rows = features.rows
    enough = (rows["value"] >= 100 * LEAST_YUAN) & (rows["digits"] > 0)
    phones = owners.learn(rows)
    outgoing = enough & (rows["role"] == OUT)
    new = np.flatnonzero(outgoing & (features.met <= MOST_MET) & (phones != 0))
    # Rows in the logs of releases before 0.3.0 say ABSENT here.
    payers = np.where(rows["balance"] == ABSENT, 0, rows["balance"]).view(np.uint64)
    suspect = np.flatnonzero(enough & (rows["role"] == IN) & (risk >= PAYEE_RISK) & (payers != 0))
    said = np.zeros(new.size + suspect.size, PERSON_ROW)
    mine, theirs = said[: new.size], said[new.size :]
    for part, chosen, codes in ((mine, new, phones), (theirs, suspect, payers)):
        part["time"], part["uid"], part["fen"] = (rows[name][chosen] for name in ("time", "uid", "value"))
        part["number"], part["digits"] = split_phone(codes[chosen])
        part["entity"] = hash_decimals(part["number"].copy(), part["digits"].copy(), PHONE_SEED)
    mine["account"], mine["account_digits"] = rows["number"][new], rows["digits"][new]
    mine["other"], mine["other_digits"] = rows["peer_number"][new], rows["peer_digits"][new]
    mine["balance_fen"] = rows["balance"][new]
    mine["gathered_yuan"] = features.matrix[new, _GATHERED]
    mine["met"] = features.met[new]
    mine["usual_yuan"] = features.matrix[new, _USUAL]
    theirs["other"], theirs["other_digits"] = rows["number"][suspect], rows["digits"][suspect]
    theirs["risk"] = risk[suspect]
    mine["role"], theirs["role"] = PAID, BY_PAYEE
    return said
