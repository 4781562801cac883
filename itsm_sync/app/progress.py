"""Progress bars on a terminal: what is read, decided anew, written."""

from threading import Lock

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn

from itsm_sync.locale import say
from itsm_sync.model.words import Language, Message


class ProgressBars:
    """Listens and draws; `close` leaves the terminal as it was."""

    def __init__(self, console: Console, language: Language) -> None:
        self._language = language
        self._lock = Lock()
        self._tasks: dict[str, TaskID] = {}
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            console=console,
            transient=True,
        )
        self._progress.start()

    def saw(self, event: str, /, **details: object) -> None:
        with self._lock:
            if event == "source.started":
                name = str(details["source"])
                told = say(Message("reading {source}", {"source": name}), self._language)
                self._tasks[name] = self._progress.add_task(told, total=None)
            elif event == "source.read":
                task = self._tasks[str(details["source"])]
                self._progress.update(task, completed=int(str(details["items"])))
            elif event == "source.done":
                task = self._tasks[str(details["source"])]
                items = int(str(details["items"]))
                self._progress.update(task, total=items or 1, completed=items or 1)
            elif event == "replay.decided":
                if "replay" not in self._tasks:
                    told = say("deciding anew", self._language)
                    self._tasks["replay"] = self._progress.add_task(told, total=None)
                self._progress.advance(self._tasks["replay"], int(str(details["decisions"])))
            elif event == "edits.started":
                told = say("writing tickets", self._language)
                total = int(str(details["edits"]))
                self._tasks["edits"] = self._progress.add_task(told, total=total)
            elif event.startswith("edit.") and event != "edit.field_refused":
                self._progress.advance(self._tasks["edits"])

    def close(self) -> None:
        """Take the bars away."""
        self._progress.stop()
