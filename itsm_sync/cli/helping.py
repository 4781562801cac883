"""What a command does and takes, for who asks with `--help`: in the configuration's language.

The command line's library has only English of its own, and boxes for it.
"""

from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from itsm_sync.cli.call import Call
from itsm_sync.locale import say
from itsm_sync.model.words import Language, Message

_HELP = "help"  # the option's name
_MARGIN, _GAP = 2, 3  # columns before a table, and between two of its own
_MOST = 30  # columns of names, beyond which they are folded
# What stands before or after every command.
_EVERYWHERE = (
    ("--config DIR", Message("the configuration; else ITSM_SYNC_CONFIG, else ./config")),
    ("--json", Message("one JSON document on standard output")),
    ("--verbose", Message("logs everything, each request too")),
    ("--version", Message("tells the version, and does nothing")),
)

Row = tuple[str, str]


class Command(TyperCommand):
    """A command that tells in people's language what it does."""

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - prints
        """Print it."""
        _print(self, ctx)


class Group(TyperGroup):
    """Commands of one subject."""

    command_class = Command

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - prints
        """Print it."""
        _print(self, ctx)


def paragraphs(text: str | None) -> tuple[str, ...]:
    """Answer the paragraphs of a text, each in one line: they are what the catalogue has."""
    parts = (" ".join(part.split()) for part in (text or "").split("\n\n"))
    return tuple(part for part in parts if part)


def _print(command: TyperCommand | TyperGroup, context: Any) -> None:
    call = context.find_object(Call) or Call()
    teller = _Teller(call.out, call.language)
    arguments = [one for one in command.params if isinstance(one, TyperArgument)]
    options = [one for one in command.get_params(context) if isinstance(one, TyperOption)]
    teller.usage(context.command_path, arguments, group=isinstance(command, TyperGroup))
    for part in paragraphs(command.help):
        teller.text(part)
    if isinstance(command, TyperGroup):
        teller.table("Commands", ((name, next(iter(paragraphs(one.help)), ""))
                                  for name, one in command.commands.items()))  # fmt: skip
    teller.table("Arguments", (teller.argument(one) for one in arguments))
    teller.table("Options", (teller.option(one, context) for one in options))
    told = ((name, say(what, teller.language)) for name, what in _EVERYWHERE)
    teller.table("Before or after any command", told)


class _Teller:
    """Prints in one language."""

    def __init__(self, console: Console, language: Language) -> None:
        self._console = console
        self.language: Language = language

    def usage(self, path: str, arguments: Iterable[TyperArgument], *, group: bool) -> None:
        """Print how it is called."""
        words = [path, *((say("COMMAND …", self.language),) if group else ())]
        words += [_shape(one) for one in arguments]
        told = Message("Usage: {call} [OPTIONS]", {"call": " ".join(words)})
        self._console.print(Text(say(told, self.language), style="bold"), soft_wrap=True)

    def text(self, text: str) -> None:
        """Print a paragraph."""
        self._console.print()
        self._console.print(Text(say(text, self.language)))

    def table(self, title: str, rows: Iterable[Row]) -> None:
        """Print names and what they are, under a title; nothing where there are none."""
        table = Table.grid(padding=(0, _GAP, 0, 0))
        table.add_column(style="cyan", max_width=_MOST, overflow="fold")
        table.add_column(overflow="fold")  # else a line that begins with a long word is cut
        for name, what in rows:
            table.add_row(Text(name), Text(say(what, self.language)))
        if table.row_count:
            self._console.print()
            self._console.print(Text(say(title, self.language), style="bold"))
            self._console.print(Padding(table, (0, 0, 0, _MARGIN)))

    def argument(self, one: TyperArgument) -> Row:
        """Answer an argument as it is written, and what it is."""
        return _shape(one), self._told(one)

    def option(self, one: TyperOption, context: Any) -> Row:
        """Answer an option as it is written, and what it does."""
        if one.name == _HELP:
            return "--help", say("shows this, and does nothing", self.language)
        names = ", ".join((*one.opts, *one.secondary_opts))
        return f"{names} {_taken(one, context)}".rstrip(), self._told(one)

    def _told(self, one: TyperArgument | TyperOption) -> str:
        parts = [say(part, self.language) for part in paragraphs(one.help)]
        if one.default not in (None, "", False, True):
            told = Message("[default: {value}]", {"value": one.default})
            parts.append(say(told, self.language))
        elif one.required and isinstance(one, TyperOption):
            parts.append(say("[must be named]", self.language))
        return " ".join(parts)


def _shape(one: TyperArgument) -> str:
    """Answer an argument as usage shows it: `FILE`, or `[KEY]…` where it may be left out."""
    name = one.metavar or one.name.upper()
    shown = name if one.required else f"[{name}]"
    return f"{shown}…" if one.nargs != 1 else shown


def _taken(one: TyperOption, context: Any) -> str:
    """Answer what an option takes: one of some words, or what its name says; "" for a switch."""
    if one.is_flag:
        return ""
    kind = one.display_type_rich(context) or ""
    return kind.strip("<>") if "|" in kind or one.metavar else one.opts[-1].strip("-").upper()
