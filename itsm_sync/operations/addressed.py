"""Where the address stands to which a request went in vain."""

from collections.abc import Iterator

from itsm_sync.clients.errors import ClientError
from itsm_sync.model.words import Message
from itsm_sync.settings import Settings
from itsm_sync.settings.documents import ValuePath
from itsm_sync.settings.schema import General


def addressed(error: ClientError, settings: Settings) -> Message:
    """Answer what an error says; where another address may mend it, with the file and line, or
    the variable of the environment, that says the one that was asked.
    """
    path = next((path for path, url in _addresses(settings.general) if url == error.address), None)
    if path is None:
        return error.message
    place = settings.problem(path, error.message).place
    told = "{error} (the address is from {place})"
    return Message(told, {"error": error.message, "place": place})


def _addresses(general: General) -> Iterator[tuple[ValuePath, str]]:
    yield ("redmine", "url"), general.redmine.url
    for n, controller in enumerate(general.jenkins):
        yield ("jenkins", n, "url"), controller.url
    if general.github is not None:
        yield ("github", "url"), general.github.url
