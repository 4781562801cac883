"""What needs the database alone is done also where the configuration is wrong, and that is told."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from itsm_sync.cli.call import DONE, WRONG, Call, problems_json
from itsm_sync.model.errors import ConfigurationError
from itsm_sync.model.words import Message
from itsm_sync.settings import Glimpse, Settings, database, glimpse
from itsm_sync.store import Store

_TOLD = "the configuration is wrong in {n} places; nothing else than this can be done by it:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The database, what can be read of the configuration (None: next to nothing), and what is
    wrong with it.
    """

    call: Call
    store: Store
    settings: Settings | Glimpse | None
    error: ConfigurationError | None = None

    @property
    def configuration(self) -> str:
        """The configuration's hash; "" where it is wrong."""
        return self.settings.hash if isinstance(self.settings, Settings) else ""

    def answer(self, document: Callable[[], Mapping[str, Any]], show: Callable[[], None]) -> int:
        """Answer the document, or show it to people, and then what is wrong; answer the exit
        status.
        """
        error = self.error
        if self.call.json:
            wrong = problems_json(error) if error is not None else {}
            self.call.answer({**document(), **wrong})
        else:
            show()
            if error is not None:
                self.call.list_problems(Message(_TOLD, {"n": len(error.problems)}), error)
        return DONE if error is None else WRONG


@contextmanager
def in_spite(call: Call) -> Iterator[Kept]:
    """Open the database of the configuration, or where that is wrong, that which it names all the
    same.

    Raises:
        ConfigurationError: it is wrong, and nobody knows where the database is.
    """
    with ExitStack() as stack:
        try:
            app = stack.enter_context(call.app(servers=False))
            kept = Kept(call=call, store=app.store(), settings=app.settings)
        except ConfigurationError as error:
            kept = _bare(call, stack, error)
        yield kept


def _bare(call: Call, stack: ExitStack, error: ConfigurationError) -> Kept:
    try:
        address = database.address(call.directory, call.environment, sure=True)
    except ConfigurationError:
        raise error from None
    store = stack.enter_context(Store.open(address))
    settings = glimpse(call.directory, call.environment)
    return Kept(call=call, store=store, settings=settings, error=error)
