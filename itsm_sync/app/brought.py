"""Sources that other packages bring, through the entry point group `itsm_sync.sources`."""

from collections.abc import Iterator, Mapping
from importlib.metadata import EntryPoint, entry_points

from pydantic import ValidationError

from itsm_sync.model.errors import OptionsError
from itsm_sync.model.ports import Clock, Observer, Source, SourceFactory
from itsm_sync.model.words import Message
from itsm_sync.settings import Objection, read_secret, told

GROUP = "itsm_sync.sources"
OURS = ("redmine", "jenkins", "github")


class Brought:
    """Makes them of the settings; `sources` and `secrets` hold what was made and asked for.

    Args:
        environment: gives the secrets.
        observer: is handed to each source.
        clock: is handed to each source.
        secrets: whether a missing secret is a problem.
    """

    def __init__(
        self, environment: Mapping[str, str], observer: Observer, clock: Clock, *, secrets: bool
    ) -> None:
        self.sources: list[Source] = []
        self.secrets: list[str] = []
        self._environment = environment
        self._observer = observer
        self._clock = clock
        self._wanted = secrets

    def make(self, named: Mapping[str, Mapping[str, object]]) -> Iterator[Objection]:
        """Make each source of its options; answer what is wrong, placed in the settings."""
        if not named:
            return
        points = {point.name: point for point in entry_points(group=GROUP)}
        for name, options in named.items():
            place = ("sources", name)
            kind = name.partition(":")[0]
            if kind in OURS:
                yield "settings", place, Message("this name is one of the program's own sources")
            elif kind not in points:
                params = {"known": ", ".join(sorted(points)) or "-"}
                text = Message("no installed package brings this source (known: {known})", params)
                yield "settings", place, text
            else:
                for path, text in self._one(points[kind], name, options):
                    yield "settings", (*place, *path), text

    def _one(
        self, point: EntryPoint, name: str, options: Mapping[str, object]
    ) -> Iterator[tuple[tuple[str | int, ...], Message]]:
        lacking: list[Message] = []

        def secret(called: str) -> str:
            value, trouble = read_secret(called, self._environment)
            if trouble is not None and self._wanted:
                lacking.append(trouble)
            self.secrets.append(value)
            return value

        try:
            factory: SourceFactory = point.load()
            source = factory(
                name=name,
                options=options,
                secret=secret,
                observer=self._observer,
                clock=self._clock,
            )
        except OptionsError as error:
            yield from error.problems
        except ValidationError as error:
            yield from told(error, None)
        except Exception as error:  # noqa: BLE001 - a package of somebody else's may do anything
            params = {"package": point.value, "error": f"{type(error).__name__}: {error}"}
            yield (), Message("the source {package} can't be made: {error}", params)
        else:
            self.sources.append(source)
            if source.name != name:
                yield (), Message("the source calls itself {name}", {"name": source.name})
        for text in lacking:
            yield (), text
