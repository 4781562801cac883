"""What rooms ask of one another."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from itsm_sync.model.cycles import Batch
from itsm_sync.model.items import Facts

Clock = Callable[[], datetime]  # answers the time now, aware, in UTC


class Observer(Protocol):
    """Who listens to what rooms do: log, metrics, progress bar."""

    def saw(self, event: str, /, **details: object) -> None:
        """Take note of an event; `event` is a machine-readable name such as `edit.refused`."""


class Memory(Protocol):
    """What a source may know of what was pulled before."""

    def cursor(self, stream: str) -> object | None:
        """Answer the stream's cursor as the last stored batch gave it; None at first."""

    def updated_since(self, kind: str, since: datetime) -> Mapping[str, datetime]:
        """Answer key -> `updated_at` of this source's stored items of a kind, from `since` on."""

    def known(self, kind: str, *, state: str | None = None) -> tuple[str, ...]:
        """Answer the keys of this source's stored items of a kind (and state) still there."""

    def facts(self, key: str) -> Facts:
        """Answer the facts of this source's stored item of a key; empty where there is none."""

    def due(self, stream: str) -> bool:
        """Whether it is a stream's turn; a source may ask before it reads one that can wait."""


class Hints(Protocol):
    """Who is told that something may be new, and never takes it for the truth."""

    def hint(self, source: str, stream: str | None = None) -> bool:
        """Make a source due now; of its streams those of a pattern (`abc/portal/*`), else all.

        Answers False where so much is waiting that this is left out.
        """


class Source(Protocol):
    """A system that is read. It writes nothing and keeps nothing; the cursor is its memory."""

    @property
    def name(self) -> str:
        """The source's name in reports and on what it stores."""

    def pull(self, memory: Memory) -> Iterator[Batch]:
        """Read what is new, batch by batch.

        A stream that fails is a batch with its health and error; the other streams go on.
        Raises `clients.errors.ClientError` where the system as a whole can't be read.
        """


@runtime_checkable
class Rereads(Protocol):
    """A source that reads single items again; one without it reads them by their streams alone."""

    def reread(self, memory: Memory, keys: Sequence[str]) -> Iterator[Batch]:
        """Read what was set aside under these keys again, each by itself.

        A batch has no cursor. It names each key among its items, `rejected` or `gone`; a key that
        can't be read alone is named by none.
        Raises `clients.errors.ClientError` where the system as a whole can't be read.
        """


@runtime_checkable
class Rewinds(Protocol):
    """A source that knows how to go back in a stream; of one without it the cursor is forgotten."""

    def rewound(self, memory: Memory, stream: str, since: datetime | None) -> object | None:
        """Answer the cursor from which the next pull reads again all that is there; None: the very
        beginning.

        Args:
            since: what changed from then on is enough; None: all.
        """


class SourceFactory(Protocol):
    """Makes a source that another package brings: what its entry point in the group
    `itsm_sync.sources` names (`docs/sources.md`).
    """

    def __call__(
        self,
        *,
        name: str,
        options: Mapping[str, object],
        secret: Callable[[str], str],
        observer: Observer,
        clock: Clock,
    ) -> Source:
        """Make the source; open nothing, read nothing.

        Args:
            name: what the settings call it, to be the source's `name`: the entry point's name, or
                that with a part of its own (`alarms:seoul`) where several are read.
            options: what stands under the name in the settings, as written.
            secret: answers a secret by its name, from the environment or the file that NAME_FILE
                names; never put one into an option. It is hidden in logs; a missing one is a
                problem of the configuration, and "" here.
            observer: to be told `http.answered` or `http.failed` with `system=name` for each
                request, which counts it.
            clock: the time now.

        Raises:
            model.errors.OptionsError: with everything that is wrong with the options; pydantic's
                ValidationError does as well.
        """
