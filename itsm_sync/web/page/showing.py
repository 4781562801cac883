"""Answers the status page and its style."""

from datetime import datetime
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from jinja2 import Environment, StrictUndefined, Template
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from itsm_sync.app.version import version
from itsm_sync.model.words import Language
from itsm_sync.web.page.making import make
from itsm_sync.web.page.saying import Teller
from itsm_sync.web.premises import Premises
from itsm_sync.web.standing import Standing

LANGUAGES = ("ko", "en")


def status_page(request: Request, premises: Premises, seen: Standing | None) -> Response:
    """Answer the page; 503 where the database does not answer."""
    general = premises.settings.general
    language = spoken(
        request.query_params.get("lang", ""),
        request.headers.get("accept-language", ""),
        premises.settings.language,
    )
    now: datetime = seen.at if seen is not None else premises.clock()
    teller = Teller(
        language=language,
        zone=ZoneInfo(general.timezone),
        now=now,
        redmine=general.redmine.url,
    )
    page = make(premises, seen, teller, version())
    text = _template("status.html").render(page=page)
    headers = {"Content-Language": language, "Vary": "Accept-Language"}
    return HTMLResponse(text, 503 if seen is None else 200, headers=headers)


async def style_sheet(_: Request) -> Response:
    """Answer the page's style."""
    return Response(_text("style.css"), media_type="text/css")


def spoken(asked: str, accepted: str, otherwise: Language) -> Language:
    """Answer the language that is asked for, or accepted most, or the settings'."""
    if asked in LANGUAGES:
        return asked
    best, most = otherwise, 0.0
    for part in accepted[:500].split(","):
        name, _, weight = part.strip().partition(";q=")
        language = name.partition("-")[0].casefold()
        if language in LANGUAGES and (given := _weight(weight)) > most:
            best, most = language, given
    return best


def _weight(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0


@cache
def _text(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


@cache
def _template(name: str) -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(_text(name))
