"""The phone prior as bytes: a model of phones that was trained on real data before any verdict came.

Whoever may read files passes the bytes, ``models/priors/phone.dks`` as shipped.
"""

from collections.abc import Mapping

from features.snapshot import BadSnapshot, pack, unpack
from models.learned.bad_model import BadModel
from models.learned.card_model import CardModel

_KIND, _VERSION = "phone-prior", 1


def write_phone_prior(prior: CardModel, trained_on: Mapping[str, str | int]) -> bytes:
    """The prior as one blob.

    Parameters
    ----------
    prior : CardModel
    trained_on : mapping
        What a person should know: source, phones, fraud among them.
    """
    arrays, meta = prior.to_arrays()
    return pack(_KIND, _VERSION, arrays, meta | {"trained_on": dict(trained_on)})


def read_phone_prior(blob: bytes) -> CardModel:
    """What :func:`write_phone_prior` wrote.

    Raises
    ------
    BadModel
        Foreign, damaged or of another version.
    """
    try:
        arrays, meta = unpack(blob, _KIND, _VERSION)
    except BadSnapshot as error:
        raise BadModel(f"no phone prior: {error}") from error
    return CardModel.from_arrays(arrays, meta)
