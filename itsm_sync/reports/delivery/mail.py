"""As mail: a text, the same as HTML with its pictures within, and the report's files."""

import hashlib
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from itsm_sync.model.deliveries import Errand
from itsm_sync.reports.delivery.parcel import Parcel
from itsm_sync.reports.document import File, Form

_SUBJECT = 200  # characters


def message_id(errand: Errand, sender: str, edition: str = "") -> str:
    """Answer the Message-ID of an errand: the same whenever it is composed, so that who gets it
    twice can tell. `edition` tells one apart that a person wants once more.
    """
    address = parseaddr(sender)[1]
    named = "\n".join(filter(None, (errand.key, address, edition)))
    name = hashlib.sha256(named.encode()).hexdigest()[:32]
    return f"<{name}@{address.rpartition('@')[2]}>"


def compose(
    parcel: Parcel,
    name: str,
    *,
    sender: str,
    recipient: str,
    attach: tuple[str, ...],
    now: datetime,
) -> EmailMessage:
    """Compose a message to one address; `name` is its Message-ID."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = recipient
    mail["Subject"] = " ".join(parcel.heading.split())[:_SUBJECT]
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = name
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answer from a machine
    text, page = parcel.made[Form.MARKDOWN].main, parcel.made[Form.MAIL]
    mail.set_content(text.content.decode(), cte="base64")
    mail.add_alternative(page.main.content.decode(), subtype="html", cte="base64")
    _, html = mail.iter_parts()
    for picture in page.beside:
        main, _, sub = picture.media_type.partition("/")
        html.add_related(
            picture.content, main, sub, cid=f"<{picture.name}>", filename=picture.name,
            disposition="inline",
        )  # fmt: skip
    for file in parcel.files(attach):
        _attach(mail, file)
    mail["Content-Language"] = parcel.language  # at last: setting content drops such headers
    return mail


def _attach(mail: EmailMessage, file: File) -> None:
    kind = file.media_type.partition(";")[0].strip()
    main, _, sub = kind.partition("/")
    mail.add_attachment(file.content, main, sub or "octet-stream", filename=file.name)
