"""Train the phone prior on the Sichuan half and write it where the models keep it.

    python -m benchmarks.detection.train_phone_prior ../shared/data models/priors/phone.dks
"""

import sys
from pathlib import Path

from benchmarks.detection.phone_prior import fit_prior
from benchmarks.detection.sichuan_table import BadPhones, read_phones
from models.learned.phone_prior import write_phone_prior


def main(data: Path, out: Path) -> int:
    """Train and write; returns the exit code."""
    try:
        phones = read_phones(data / "sichuan", "phones_dev.csv.gz")
    except BadPhones as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    trained_on = {"source": "Sichuan phones 2019-20", "phones": phones.fraud.size, "fraud": int(phones.fraud.sum())}
    blob = write_phone_prior(fit_prior(phones), trained_on)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(blob)
    print(f"{out}: {len(blob):,} bytes, from {phones.fraud.size:,} phones, {phones.fraud.sum():,} of them fraud")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python -m benchmarks.detection.train_phone_prior DATA FILE")
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
