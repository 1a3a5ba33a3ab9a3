"""The second factor: six digits of a time-based one-time password (RFC 6238)."""

import hmac

import pyotp
import segno

ISSUER = "Duanka"
#: Steps of 30 s that a clock may be off.
_DRIFT = 1


def new_secret() -> str:
    """Return 160 random bits as base32."""
    return pyotp.random_base32()


def accepted_step(secret: str, code: str, now_s: float, last_step: int) -> int | None:
    """Return the time step whose code was given, None if the code is wrong or was used already.

    Parameters
    ----------
    last_step : int
        The step that was accepted last: its code and those before it are spent.
    """
    digits = "".join(code.split())
    if len(digits) != 6 or not digits.isascii() or not digits.isdigit():
        return None
    totp, here = pyotp.TOTP(secret), int(now_s) // 30
    fitting = [step for step in range(here - _DRIFT, here + _DRIFT + 1)
               if hmac.compare_digest(totp.generate_otp(step), digits)]
    return next((step for step in fitting if step > last_step), None)


def current_code(secret: str, now_s: float) -> str:
    """The code of the moment; for the demo, whose users have no telephone."""
    return pyotp.TOTP(secret).at(int(now_s))


def picture(secret: str, user: str) -> str:
    """The secret as a QR code, an SVG element without scripts and styles."""
    address = pyotp.TOTP(secret).provisioning_uri(name=user, issuer_name=ISSUER)
    return segno.make(address, error="m").svg_inline(scale=4, border=2, dark="#000", light="#fff", omitsize=False,
                                                     svgclass="qr", lineclass=None)
