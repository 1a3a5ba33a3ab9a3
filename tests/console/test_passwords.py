"""Passwords and codes: what is stored, what is taken, what a person may choose."""

import subprocess
import sys

import pyotp
import pytest

from console.accounts.passwords import fits, hash_password, is_good, one_time_password
from console.accounts.second_factor import accepted_step, new_secret, picture


def test_the_hash_is_argon2id_as_the_rfc_asks():
    code = "from console.accounts.passwords import hash_password; print(hash_password('x'))"
    stored = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_a_password_fits_its_own_hash_alone_and_nobodys_fits_nothing():
    stored = hash_password("correct horse battery")
    assert fits("correct horse battery", stored) and not fits("correct horse batterz", stored)
    assert not fits("correct horse battery", None) and not fits("x", "no hash at all")


@pytest.mark.parametrize(("password", "good"), [
    ("correct horse battery", True), ("短密码", False), ("aaaaaaaaaaaaaaaa", False), ("xx-li-wei-2026-xx", False),
    ("eleven-char", False), ("x1" * 70, False)])
def test_what_a_person_may_choose(password, good):
    assert is_good(password, "li-wei") == good


def test_one_time_passwords_are_good_and_differ():
    made = {one_time_password() for _ in range(200)}
    assert len(made) == 200 and all(is_good(password, "li-wei") for password in made)


def test_a_code_is_taken_once_and_within_a_step():
    secret, now = new_secret(), 1_772_416_800
    totp = pyotp.TOTP(secret)
    step = accepted_step(secret, totp.at(now), now, 0)
    assert step == now // 30
    assert accepted_step(secret, totp.at(now), now, step) is None, "spent"
    assert accepted_step(secret, totp.at(now - 30), now, step) is None, "and those before it"
    assert accepted_step(secret, totp.at(now + 30), now, step) == step + 1
    assert accepted_step(secret, totp.at(now - 90), now, 0) is None
    for wrong in ("", "12345", "1234567", "abcdef", "１２３４５６"):
        assert accepted_step(secret, wrong, now, 0) is None
    spaced = totp.at(now)
    assert accepted_step(secret, f"{spaced[:3]} {spaced[3:]}", now, 0) == step


def test_the_picture_is_a_drawing_without_styles():
    drawn = picture(new_secret(), "li-wei")
    assert drawn.startswith("<svg") and "style" not in drawn and "script" not in drawn
