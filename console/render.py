"""Pages from templates: escaped always, in the visitor's language."""

from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import quote

import jinja2
from fastapi import Request
from fastapi.responses import HTMLResponse

from casework.clocks import CHINA
from connectors.masking import mask_numbers
from console.accounts.duties import pages_of
from console.masked_card import masked
from console.nav_counts import nav_counts
from console.static_files import stamp
from console.texts import Texts
from console.visitor import FORM_COOKIE, context_of, texts_of, theme_of


@cache
def environment() -> jinja2.Environment:
    """The templates; a name that is not given is an error and no empty text."""
    made = jinja2.Environment(loader=jinja2.PackageLoader("console"), autoescape=True, trim_blocks=True,
                              lstrip_blocks=True, undefined=jinja2.StrictUndefined)
    made.filters |= {"masked": masked, "plain": mask_numbers, "when": when, "day": day, "yuan": yuan, "span": span,
                     "grouped": grouped, "field_time": field_time, "percent": percent}
    made.globals |= {"stamp": stamp}
    return made


def page(request: Request, template: str, status: int = 200, **given: Any) -> HTMLResponse:
    """Return a page.

    Parameters
    ----------
    template : str
        Its file below ``templates``.
    given
        What the template names.
    """
    context, visitor = context_of(request), getattr(request.state, "visitor", None)
    t = texts_of(request)
    # The method is looked at so that "back" never repeats an act.
    here = request.url.path if request.method == "GET" else "/"
    if visitor is not None:
        token = visitor.session.form_token
    else:
        token = getattr(request.state, "form_token", "") or request.cookies.get(FORM_COOKIE, "")
    # A page that says that the store is away does not wait for it again.
    waiting = nav_counts(context, visitor) if status < 500 else {}
    html = environment().get_template(template).render(
        t=t, language=t.language, theme=theme_of(request), visitor=visitor, here=quote(here), form_token=token,
        pages=pages_of(visitor.user.duty) if visitor else (), waiting=waiting, demo=context.demo, **given)
    return HTMLResponse(html, status)


def when(ms: int | None, seconds: bool = False) -> str:
    """A time as people in China read it, empty without one.

    >>> when(1772416800000)
    '03-02 10:00'
    """
    if not ms:
        return ""
    return datetime.fromtimestamp(ms / 1000, CHINA).strftime("%m-%d %H:%M:%S" if seconds else "%m-%d %H:%M")


def day(ms: int | None) -> str:
    """A time with its year.

    >>> day(1772416800000)
    '2026-03-02 10:00'
    """
    return datetime.fromtimestamp(ms / 1000, CHINA).strftime("%Y-%m-%d %H:%M") if ms else ""


def field_time(ms: int) -> str:
    """A time as the value of a field for times.

    >>> field_time(1772416800000)
    '2026-03-02T10:00'
    """
    return datetime.fromtimestamp(ms / 1000, CHINA).strftime("%Y-%m-%dT%H:%M")


def month(ms: int) -> str:
    """The month of a time in China.

    >>> month(1772416800000)
    '2026-03'
    """
    return datetime.fromtimestamp(ms / 1000, CHINA).strftime("%Y-%m")


def yuan(fen: int | None) -> str:
    """Money as people read it.

    >>> yuan(1234567890), yuan(None)
    ('12,345,678.90', '')
    """
    return "" if fen is None else f"{fen / 100:,.2f}"


def grouped(number: int | float) -> str:
    """A number with its thousands apart.

    >>> grouped(1234567)
    '1,234,567'
    """
    return f"{number:,}"


def percent(share: float | None) -> str:
    """A share of one.

    >>> percent(0.6), percent(None)
    ('60.0 %', '–')
    """
    return "–" if share is None else f"{100 * share:.1f} %"


def span(seconds: int | None, t: Texts) -> str:
    """A span of time in its two largest units.

    >>> span(3725, Texts("en")), span(59, Texts("zh"))
    ('1 h 2 min', '59 秒')
    """
    if seconds is None:
        return ""
    seconds = int(seconds)
    parts = [(seconds // 86400, "d"), (seconds // 3600 % 24, "h"), (seconds // 60 % 60, "min"), (seconds % 60, "s")]
    while len(parts) > 1 and not parts[0][0]:
        parts.pop(0)
    shown = parts[:2] if len(parts) > 1 and parts[1][0] and parts[0][1] != "min" else parts[:1]
    return " ".join(f"{n} {t(f'unit.{unit}')}" for n, unit in shown)
