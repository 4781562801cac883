"""A report on paper: the page as PDF, tagged, with an outline, and letters of its own."""

import logging
import re
from datetime import UTC
from hashlib import sha256
from html import escape
from typing import NoReturn

from weasyprint import HTML
from weasyprint.urls import URLFetcher

from itsm_sync.reports.document import Document
from itsm_sync.reports.forms.charts import WIDE, Drawer
from itsm_sync.reports.forms.fonts import family
from itsm_sync.reports.forms.html import Paper, heading, made
from itsm_sync.reports.styles import stylesheet

_MOST = 500  # rows of a table: who wants more wants no paper
# All of a report that has a wide table: turned for the table alone, pages would stay half empty.
_ACROSS = "@page { size: A4 landscape; }"
_DRAWING = re.compile(r"(<svg.*?</svg>)", re.DOTALL)
_TEXT = re.compile(r"(?<=>)[^<>]+(?=<)")
# What sets the page breaks Korean after any syllable: a word up to as long as fits a narrow column
# is never broken, a longer one only where it is wider than its line or column.
_WORD = re.compile(r"(?<![^\s(·])[^\s<>&]*[가-힣][^\s<>&]*(?!\S)")
_LONGEST_WORD = 10
_VARIANT = "pdf/ua-1"  # tagged, for those who hear it


class _Refusing(URLFetcher):  # type: ignore[misc]  # the library has no types
    """Refuses every address: of the network, of files, of data."""

    def fetch(self, url: str, headers: object = None) -> NoReturn:  # noqa: ARG002 - as called
        raise ValueError("nothing is fetched")


def as_pdf(document: Document) -> bytes:
    """Answer the PDF; its times are those of the document, and nothing is fetched for it."""
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    page = _page(document)
    made_pdf = HTML(
        string=page, base_url="about:blank", url_fetcher=_Refusing(), media_type="screen"
    )
    content = made_pdf.write_pdf(
        pdf_variant=_VARIANT, pdf_identifier=sha256(page.encode()).digest()[:16]
    )
    return bytes(content)


def _page(document: Document) -> str:
    drawer = Drawer.of(document)
    page = made(document, drawer, Paper(widths=(WIDE,), most=_MOST))
    across = _ACROSS if 'class="table wide"' in page.body else ""
    letters = f'html, body {{ font-family: "{family(drawer.faces)}", sans-serif; }}'
    at = document.until.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return (
        f'<!doctype html>\n<html lang="{document.language}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{heading(document)}</title>\n"
        f'<meta name="dcterms.created" content="{at}">\n'
        f'<meta name="dcterms.modified" content="{at}">\n'
        f'<meta name="description" content="{escape(document.subtitle)}">\n'
        f"<style>{stylesheet('forms/report.css')}{stylesheet('forms/paper.css')}{across}{letters}</style>\n"
        f"</head>\n<body>\n{_kept_whole(page.body)}</body>\n</html>\n"
    )


def _kept_whole(body: str) -> str:
    """Answer a page whose Korean words are broken nowhere; drawings stay as they are."""
    parts = _DRAWING.split(body)
    parts[::2] = (_TEXT.sub(lambda text: _WORD.sub(_whole, text[0]), part) for part in parts[::2])
    return "".join(parts)


def _whole(word: re.Match[str]) -> str:
    if len(word[0]) < 2:
        return word[0]
    kind = "word" if len(word[0]) <= _LONGEST_WORD else "longword"
    return f'<span class="{kind}">{word[0]}</span>'
