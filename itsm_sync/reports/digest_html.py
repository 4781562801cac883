"""The digest as one HTML file that needs nothing else; light, dark, and on paper."""

from collections.abc import Iterable
from html import escape

from itsm_sync.reports.digest_view import Block, Entry, Page, Sheet
from itsm_sync.reports.styles import stylesheet


def as_html(sheet: Sheet) -> str:
    """Answer the page; everything that is said is escaped."""
    style = stylesheet("digest.css") + stylesheet("wide.css")
    pages = "".join(map(_page, sheet.pages))
    foot = "".join(f"<li>{escape(line)}</li>" for line in sheet.foot)
    return (
        f'<!doctype html>\n<html lang="{sheet.language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(sheet.title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n"
        f"<header><h1>{escape(sheet.title)}</h1><p>{escape(sheet.period)}</p></header>\n"
        f"{pages}<footer><ul>{foot}</ul></footer>\n</main>\n</body>\n</html>\n"
    )


def _page(page: Page) -> str:
    figures = "".join(
        f"<div><b>{number}</b><span>{escape(label)}</span></div>" for label, number in page.figures
    )
    body = "".join(map(_block, page.blocks))
    hidden = ", ".join(_link(number, url) for number, url in page.hidden)
    told = f'<p class="more">{escape(page.hidden_said)}: {hidden}</p>' if page.hidden else ""
    empty = f'<p class="empty">{escape(page.empty)}</p>' if page.empty else ""
    shown = f'<div class="figures">{figures}</div>{_counts(page)}' if page.rows else ""
    return f"<section><h2>{escape(page.team)}</h2>{empty}{shown}{body}{told}</section>\n"


def _counts(page: Page) -> str:
    head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in page.headings)
    body = "".join(f"<tr>{_cells(row)}</tr>" for row in page.rows)
    return (
        f'<div class="frame"><table class="counts"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _cells(row: Iterable[str]) -> str:
    first, *others = map(escape, row)
    return f'<th scope="row">{first}</th>' + "".join(f"<td>{other}</td>" for other in others)


def _block(block: Block) -> str:
    entries = "".join(map(_entry, block.entries))
    more = f'<p class="more">{escape(block.more)}</p>' if block.more else ""
    return f'<h3>{escape(block.title)}</h3><ul class="tickets">{entries}</ul>{more}'


def _entry(entry: Entry) -> str:
    what = "".join(f"<li>{escape(line)}</li>" for line in entry.what)
    return (
        f'<li class="{entry.tone}"><div class="head">{_link(entry.ticket, entry.url)}'
        f"<b>{escape(entry.title)}</b><time>{escape(entry.since)}</time></div>"
        f'<p class="place">{escape(entry.place)}</p>'
        + (f'<ul class="what">{what}</ul>' if what else "")
        + "</li>"
    )


def _link(number: int, url: str) -> str:
    return f'<a href="{escape(url)}">#{number}</a>'
