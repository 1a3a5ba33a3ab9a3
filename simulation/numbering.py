"""Numbers as they are issued: phones, handsets (IMEI), SIMs (IMSI), accounts.

Honest and fraudulent cards draw from the same ranges.
"""

import numpy as np

OPERATORS = ("mobile", "unicom", "telecom", "broadnet")
#: Network prefixes by operator (MIIT number plan, the common ones).
PREFIXES = ((134, 135, 136, 137, 138, 139, 147, 150, 151, 152, 157, 158, 159, 178, 182, 183, 184, 187, 188, 198),
            (130, 131, 132, 155, 156, 166, 175, 176, 185, 186),
            (133, 153, 173, 177, 180, 181, 189, 199),
            (192,))
#: Mobile network codes under country code 460.
MNC = (0, 1, 11, 15)
#: Share of the 10,000 numbers of a block that are in use (ours).
BLOCK_USE = 0.35
#: Type allocation codes of the handsets on the market (made up; 86 is the Chinese reporting body).
_TACS = 86_000_000 + np.random.Generator(np.random.PCG64(86)).permutation(900_000)[:400]
#: First six digits of accounts by bank (made up within the 62 range of UnionPay).
BANK_BINS = (621226, 621700, 622848, 621661, 622262, 622188, 622588, 622622, 622908, 621771, 621485, 623052)
BANKS = ("ICBC", "CCB", "ABC", "BOC", "BOCOM", "PSBC", "CMB", "CMBC", "CIB", "CITIC", "CDRCB", "BOCD")


def luhn(values: np.ndarray, digits: int) -> np.ndarray:
    """Append the Luhn check digit to numbers of `digits` digits.

    Examples
    --------
    >>> luhn(np.array([49015420323751]), 14).tolist()
    [490154203237518]
    """
    total = np.zeros(len(values), np.int64)
    rest = values.astype(np.int64)
    for place in range(digits):
        rest, digit = np.divmod(rest, 10)
        if place % 2 == 0:
            digit = digit * 2
            digit -= 9 * (digit > 9)
        total += digit
    return values * 10 + (-total) % 10


def scatter(rng: np.random.Generator, count: int, modulus: int) -> np.ndarray:
    """`count` different numbers below `modulus` (a power of ten) in no telling order."""
    step = int(rng.integers(modulus // 10, modulus // 3)) // 10 * 10 + 7
    shift = int(rng.integers(modulus))
    order = rng.permutation(count).astype(object if step * count >= 2**62 else np.int64)
    return ((order * step + shift) % modulus).astype(np.int64)


def phone_numbers(rng: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Numbers and operators of `count` SIMs; blocks of 10,000 are filled to `BLOCK_USE`."""
    per_block = int(10_000 * BLOCK_USE)
    blocks = max(8, -(-count * 11 // (per_block * 10)))
    flat = np.array([p for group in PREFIXES for p in group])
    owner = np.array([i for i, group in enumerate(PREFIXES) for _ in group])
    which = rng.choice(len(flat), blocks, p=_prefix_share())
    middle = rng.permutation(10_000)[:blocks] if blocks <= 10_000 else rng.integers(0, 10_000, blocks)
    head = np.unique(flat[which] * 10_000 + middle)
    need = -(-count // len(head))
    tails = np.argsort(rng.random((len(head), 10_000), dtype=np.float32), axis=1)[:, :need].astype(np.int64)
    numbers = rng.permutation((head[:, None] * 10_000 + tails).ravel())[:count]
    operator = owner[np.argsort(flat)][np.searchsorted(np.sort(flat), numbers // 10**8)]
    return numbers, operator.astype(np.int8)


def _prefix_share() -> np.ndarray:
    market = (0.56, 0.20, 0.23, 0.01)  # subscribers by operator, rounded (ours)
    share = np.concatenate([np.full(len(group), m / len(group)) for group, m in zip(PREFIXES, market, strict=True)])
    return share / share.sum()


def strange_numbers(rng: np.random.Generator, count: int) -> np.ndarray:
    """Numbers outside the city's register, in use or not, with ordinary prefixes."""
    flat = np.array([p for group in PREFIXES for p in group])
    return flat[rng.choice(len(flat), count, p=_prefix_share())] * 10**8 + rng.integers(0, 10**8, count)


def imeis(rng: np.random.Generator, count: int) -> np.ndarray:
    """15-digit handset numbers with check digit."""
    model = _TACS[(rng.random(count) ** 2 * len(_TACS)).astype(np.int64)]
    return luhn(model * 10**6 + rng.integers(0, 10**6, count), 14)


def imsis(rng: np.random.Generator, operator: np.ndarray) -> np.ndarray:
    """15-digit SIM numbers."""
    return (46_000 + np.array(MNC)[operator]) * 10**10 + scatter(rng, len(operator), 10**10)


def account_numbers(rng: np.random.Generator, bank: np.ndarray) -> np.ndarray:
    """19-digit account numbers with check digit."""
    return luhn(np.array(BANK_BINS)[bank] * 10**12 + scatter(rng, len(bank), 10**12), 18)
