"""Forms: a document becomes files, the same bytes whenever it is made again.

The libraries that draw and set are heavy. Nothing but what is made here loads them, and only then.
"""

from itsm_sync.model.markup import Markup
from itsm_sync.reports.document import Document, File, Form, Rendered
from itsm_sync.reports.forms.files import picture, stem
from itsm_sync.reports.forms.fitting import fitted

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def render(document: Document, form: Form) -> Rendered:
    """Answer a report in a form; Textile is that of Redmine's wiki, Markdown a file's."""
    fit = fitted(document)
    match form:
        case Form.HTML:
            return _html(fit)
        case Form.PDF:
            return _pdf(fit)
        case Form.XLSX:
            return _xlsx(fit)
        case Form.CSV:
            return _csv(fit)
        case Form.MARKDOWN:
            return _markdown(fit)
        case Form.TEXTILE:
            return wiki(document, Markup.TEXTILE)
        case Form.MAIL:
            return _mail(fit)
        case Form.WIKI_MARKDOWN | Form.WIKI_COMMON_MARK | Form.WIKI_NONE:
            return wiki(document, Markup(form.removeprefix("wiki_")))


def wiki(document: Document, markup: Markup) -> Rendered:
    """Answer a report as a page of a Redmine's wiki that has this mark-up, and its pictures."""
    from itsm_sync.reports.forms.redmine import as_wiki

    fit = fitted(document)
    return _with_pictures(fit, "txt", "text/plain; charset=utf-8", as_wiki(fit, markup))


def pictures(document: Document) -> tuple[File, ...]:
    """Answer the charts as PNG, as wikis and mails show them."""
    from itsm_sync.reports.forms.charts import Drawer

    fit = fitted(document)
    drawer = Drawer.of(fit)
    return tuple(
        File(name=picture(fit, chart), media_type="image/png", content=drawer.png(chart))
        for chart in drawer.charts()
    )


def _html(document: Document) -> Rendered:
    from itsm_sync.reports.forms.html import as_html

    return _one(document, "html", "text/html; charset=utf-8", as_html(document).encode())


def _pdf(document: Document) -> Rendered:
    from itsm_sync.reports.forms.pdf import as_pdf

    return _one(document, "pdf", "application/pdf", as_pdf(document))


def _xlsx(document: Document) -> Rendered:
    from itsm_sync.reports.forms.xlsx import as_xlsx

    return _one(document, "xlsx", _XLSX, as_xlsx(document))


def _csv(document: Document) -> Rendered:
    from itsm_sync.reports.forms.csv import as_zip

    return _one(document, "zip", "application/zip", as_zip(document))


def _mail(document: Document) -> Rendered:
    from itsm_sync.reports.forms.mail import as_mail

    main = _one(document, "mail.html", "text/html; charset=utf-8", as_mail(document).encode()).main
    return Rendered(main=main, beside=pictures(document))


def _markdown(document: Document) -> Rendered:
    from itsm_sync.reports.forms.markdown import as_markdown

    text = as_markdown(document)
    return _with_pictures(document, "md", "text/markdown; charset=utf-8", text)


def _one(document: Document, ending: str, media_type: str, content: bytes) -> Rendered:
    name = f"{stem(document)}.{ending}"
    return Rendered(main=File(name=name, media_type=media_type, content=content))


def _with_pictures(document: Document, ending: str, media_type: str, text: str) -> Rendered:
    main = _one(document, ending, media_type, text.encode()).main
    return Rendered(main=main, beside=pictures(document))
