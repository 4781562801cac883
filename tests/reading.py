"""What a person or a program can read in a made file, whatever it is packed in."""

from io import BytesIO

from pypdf import PdfReader
from sandbox.unpacking import unpacked

from itsm_sync.reports.document import File


def readable(file: File) -> str:
    """Answer a file's name, its text and what it says of itself; in a PDF words may be cut."""
    told = [file.name, *(part.decode("utf-8", "replace") for part in unpacked(file.content))]
    if file.media_type == "application/pdf":
        reader = PdfReader(BytesIO(file.content))
        told += [str(reader.metadata), *(page.extract_text() for page in reader.pages)]
        told.append("".join("".join(page.extract_text().split()) for page in reader.pages))
    return "\n".join(told)
