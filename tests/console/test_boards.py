"""The boards."""
import pytest


@pytest.mark.parametrize("p", ["/leads", "/watchlists", "/openers", "/openers?by=clerk", "/report"])
def test_x(signed_in, p):
    a = signed_in("wang-fang").get(p)
    assert a.status_code == 200, a.text
