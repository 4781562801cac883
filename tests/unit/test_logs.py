"""One line an event, whoever says it: rooms, libraries, threads, and what nobody caught."""

import ast
import io
import json
import logging
import re
import subprocess
import sys
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path
from typing import Any

import pytest
import structlog

import itsm_sync
from itsm_sync.app.logs import LEVELS, LibraryLines, LogObserver, configure, on_journal
from itsm_sync.model.plans import Outcome

ROOT = Path(str(itsm_sync.__file__)).parent


SECRET = "s3cret-key"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Log:
    """A log that is set up; what it holds, line by line."""

    def __init__(self, stream: io.StringIO) -> None:
        self.stream = stream

    def set_up(self, level: int = logging.INFO, **more: Any) -> None:
        configure(self.stream, level, [SECRET], **more)

    @property
    def lines(self) -> list[dict[str, Any]]:
        assert SECRET not in self.stream.getvalue()
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]


@pytest.fixture
def log() -> Iterator[Log]:
    """A log in JSON; the process is left as it was."""
    root, shown = logging.getLogger(), warnings.showwarning
    handlers, level = list(root.handlers), root.level
    log = Log(io.StringIO())
    log.set_up()
    structlog.contextvars.bind_contextvars(cycle="c1")
    yield log
    structlog.contextvars.clear_contextvars()
    structlog.reset_defaults()
    logging.captureWarnings(False)
    warnings.showwarning = shown
    root.handlers[:] = handlers
    root.setLevel(level)


def test_a_line_is_json_with_event_time_level_and_cycle(log: Log) -> None:
    LogObserver().saw("edit.refused", ticket=5, reason=SECRET)
    LogObserver().saw("http.answered", path="/")  # below the level

    (said,) = log.lines
    assert said["event"] == "edit.refused"
    assert (said["level"], said["cycle"], said["ticket"]) == ("warning", "c1", 5)
    assert said["timestamp"].endswith("Z")


def test_korean_stands_as_it_is_and_a_line_is_a_line(log: Log) -> None:
    LogObserver().saw("edit.refused", reason="권한이\n없습니다")

    assert "권한이\\n없습니다" in log.stream.getvalue()
    assert len(log.lines) == 1


def test_a_terminal_gets_colours_and_no_json(log: Log) -> None:
    log.stream = Terminal()
    log.set_up()
    LogObserver().saw("edit.refused", ticket=5, reason=SECRET)
    try:
        raise ValueError(SECRET)
    except ValueError:
        structlog.get_logger().exception("source.crashed")

    told = log.stream.getvalue()
    assert "\x1b[" in told
    assert "edit.refused" in told
    assert "ValueError" in told
    assert SECRET not in told


def test_the_journal_gets_the_level_before_each_line(log: Log) -> None:
    log.set_up(journal=True)
    LogObserver().saw("edit.refused", ticket=5)
    LogObserver().saw("ticket.opened", ticket=6)

    warning, info = log.stream.getvalue().splitlines()
    assert (warning[:3], info[:3]) == ("<4>", "<6>")
    assert json.loads(warning[3:])["ticket"] == 5


def test_the_journal_is_known_by_the_file_behind_the_stream(tmp_path: Path) -> None:
    with (tmp_path / "journal").open("w") as stream:
        about = (tmp_path / "journal").stat()
        named = {"JOURNAL_STREAM": f"{about.st_dev}:{about.st_ino}"}

        assert on_journal(stream, named)
        assert not on_journal(stream, {})
        assert not on_journal(stream, {"JOURNAL_STREAM": "1:2"})
    assert not on_journal(stream, named)
    assert not on_journal(io.StringIO(), named)


# ------------------------------------------------------------------------------ libraries


@pytest.mark.parametrize(
    "name", ["urllib3.connectionpool", "apscheduler.scheduler", "alembic.runtime"]
)
def test_what_a_library_logs_has_our_form_and_no_secret(log: Log, name: str) -> None:
    logging.getLogger(name).warning("Retrying with %s: %s", SECRET, "/a?q=private")

    (said,) = log.lines
    assert (said["event"], said["library"], said["level"]) == ("library.said", name, "warning")
    assert said["cycle"] == "c1"
    assert "private" not in said["text"]


@pytest.mark.parametrize(("ended_by", "told"), [(KeyboardInterrupt, 0), (OSError, 1)])
def test_a_signal_that_ends_us_in_the_midst_of_a_library_s_work_is_no_error_of_it(
    log: Log, ended_by: type[BaseException], told: int
) -> None:
    try:
        raise ended_by
    except ended_by:
        logging.getLogger("sqlalchemy.pool").exception("Exception during reset or similar")
    assert len(log.lines) == told


def test_what_a_library_says_of_its_work_is_told_only_where_all_is_wanted(log: Log) -> None:
    logging.getLogger("apscheduler.scheduler").info("Added job")
    assert log.lines == []

    log.set_up(logging.DEBUG)
    logging.getLogger("apscheduler.scheduler").info("Added job")
    logging.getLogger("urllib3.connectionpool").debug('"GET /issues.json?key=1" 200')
    (said,) = log.lines
    assert said["text"] == "Added job"


def test_setting_up_twice_tells_a_line_once(log: Log) -> None:
    log.set_up()
    log.set_up()
    logging.getLogger("apscheduler.scheduler").error("once")

    assert [said["text"] for said in log.lines] == ["once"]


def test_levels_of_a_librarys_own_are_told_by_the_nearest_below(log: Log) -> None:
    logging.getLogger("odd").log(35, "between")
    logging.getLogger("odd").log(70, "beyond")

    assert [said["level"] for said in log.lines] == ["warning", "critical"]


def test_a_librarys_line_whose_values_do_not_fit_is_told_without_them(log: Log) -> None:
    record = logging.LogRecord("odd", logging.ERROR, "", 1, "%d things", ("no number",), None)
    LibraryLines().emit(record)

    assert [said["text"] for said in log.lines] == ["%d things"]


def test_a_librarys_line_to_a_closed_log_ends_nobody(
    log: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    log.stream.close()
    logging.getLogger("odd").warning("too late")

    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("log")
def test_a_line_that_no_disk_has_room_for_ends_nobody() -> None:
    full = Path("/dev/full").open("w", encoding="utf-8", buffering=1)  # noqa: SIM115 - see below
    configure(full, logging.INFO, [])
    LogObserver().saw("cycle.started")
    structlog.get_logger().error("daemon.crashed", what="cycle")
    with pytest.raises(OSError, match="No space left"):  # what it still holds
        full.close()


def test_a_warning_is_a_line(log: Log) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        warnings.warn(f"old way: {SECRET}", DeprecationWarning, stacklevel=1)

    (said,) = log.lines
    assert (said["library"], said["level"]) == ("py.warnings", "warning")
    assert "old way" in said["text"]


# ------------------------------------------------------------------------------ threads, crashes


def test_a_line_of_a_worker_thread_knows_its_cycle(log: Log) -> None:
    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(copy_context().run, LogObserver().saw, "source.done", source="ci").result()
        pool.submit(copy_context().run, logging.getLogger("urllib3").warning, "retry").result()

    assert [said["cycle"] for said in log.lines] == ["c1", "c1"]


CRASH = """
import threading
from itsm_sync.cli.call import prepare

prepare()

class Thrown:
    def __del__(self):
        raise ValueError("thrown away with hunter-2-key")

def fail(what):
    raise ValueError(f"{what} with hunter-2-key")

thread = threading.Thread(target=fail, args=("a thread",), name="worker")
thread.start()
thread.join()
thrown = Thrown()
del thrown
fail("all")
"""


def test_what_nobody_catches_is_one_line_each_without_secrets() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CRASH],
        env={"REDMINE_API_KEY": "hunter-2-key"},
        capture_output=True,
        text=True,
        check=False,
    )

    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["event"] for line in lines] == [
        "thread.crashed",
        "error.unraisable",
        "program.crashed",
    ]
    assert done.returncode == 1
    assert lines[0]["thread"] == "worker"
    for line in lines:
        assert "ValueError: " in line["exception"]
        assert "[hidden]" in line["exception"]
    assert "hunter" not in done.stderr


def emitted() -> set[str]:
    """Answer the names of all events that the rooms report."""
    names: set[str] = set()
    for file in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "saw":
                names |= named(node.args[0])
    return names


def named(argument: ast.expr) -> set[str]:
    if isinstance(argument, ast.Constant):
        return {str(argument.value)}
    # the one name that is put together: what became of an edit
    return (
        {f"edit.{outcome}" for outcome in Outcome} if isinstance(argument, ast.JoinedStr) else set()
    )


def test_every_event_of_the_level_table_is_reported_somewhere() -> None:
    assert set(LEVELS) - emitted() == set()


def test_events_have_a_room_and_a_word() -> None:
    assert {name for name in emitted() if not re.fullmatch(r"[a-z]+\.[a-z_]+", name)} == set()
