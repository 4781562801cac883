"""A report on paper: the page as PDF, tagged, with an outline, and letters of its own."""

import logging
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
    letters = f'html, body {{ font-family: "{family(drawer.faces)}", sans-serif; }}'
    at = document.until.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return (
        f'<!doctype html>\n<html lang="{document.language}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{heading(document)}</title>\n"
        f'<meta name="dcterms.created" content="{at}">\n'
        f'<meta name="dcterms.modified" content="{at}">\n'
        f'<meta name="description" content="{escape(document.subtitle)}">\n'
        f"<style>{stylesheet('forms/report.css')}{stylesheet('forms/paper.css')}{letters}</style>\n"
        f"</head>\n<body>\n{page.body}</body>\n</html>\n"
    )
