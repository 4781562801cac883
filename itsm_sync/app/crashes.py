"""What nobody caught: one line in the log, as of every other event, instead of a bare trace."""

import sys
import threading
from types import TracebackType

import structlog


def report_crashes() -> None:
    """Tell errors that end the program (`program.crashed`), a thread (`thread.crashed`), or come
    where nobody can be told, as while an object is thrown away (`error.unraisable`).
    """
    sys.excepthook = _program
    threading.excepthook = _thread
    sys.unraisablehook = _unraisable


def _program(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    structlog.get_logger().critical("program.crashed", exc_info=(kind, error, trace))


def _thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_type is SystemExit or args.exc_value is None:
        return
    name = args.thread.name if args.thread else ""
    told = (args.exc_type, args.exc_value, args.exc_traceback)
    structlog.get_logger().error("thread.crashed", thread=name, exc_info=told)


def _unraisable(args: "sys.UnraisableHookArgs") -> None:
    told = (args.exc_type, args.exc_value, args.exc_traceback) if args.exc_value else None
    structlog.get_logger().error("error.unraisable", text=args.err_msg or "", exc_info=told)
