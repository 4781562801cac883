"""What is wrong with a call, as sentences of ours: the command line's library has only English."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

import typer
from typer.exceptions import TyperException

from itsm_sync.model.words import Message


class BadCall(typer.BadParameter):
    """A call that is wrong, and why."""

    def __init__(self, told: Message) -> None:
        super().__init__(str(told))
        self.told = told


# The library's sentences, which name what they are about by no attribute.
_SAID: Final[Mapping[str, Message]] = {
    r"No such command '(?P<name>.*)'\. Did you mean (?P<others>.+)\?": Message(
        "there is no command `{name}`; is {others} meant?"
    ),
    r"No such command '(?P<name>.*)'\.": Message(
        "there is no command `{name}`; `itsm-sync --help` lists them"
    ),
    r"Got unexpected extra argument\(s\) \((?P<name>.*)\)": Message("too many arguments: {name}"),
    r"Option '(?P<name>.*)' does not take a value\.": Message("{name} takes no value"),
    r"Option '(?P<name>.*)' requires .*": Message("{name} needs a value"),
    r"Missing command\.": Message("name a command; `itsm-sync --help` lists them"),
}
_CHOICE = re.compile(
    r"(?:Value error, )?'(?P<value>.*)' is not one of (?P<expected>.+)\.", re.DOTALL
)


def complaint(error: TyperException) -> Message | str:
    """Answer what is wrong with a call; the library's own English where it is no known one."""
    if isinstance(error, BadCall):
        return error.told
    if told := _of_an_option(error):
        return told
    for pattern, message in _SAID.items():
        if found := re.fullmatch(pattern, error.message, re.DOTALL):
            return Message(
                message.text, {n: v.replace("'", "`") for n, v in found.groupdict().items()}
            )
    return error.format_message()


def _of_an_option(error: TyperException) -> Message | None:
    """Answer what is wrong with an option or argument that the error names."""
    option = getattr(error, "option_name", None)
    if error.message.startswith("No such option") and isinstance(option, str):
        near: Iterable[str] = getattr(error, "possibilities", None) or ()
        if others := ", ".join(sorted(near)):
            return Message(
                "there is no option {name}; is {others} meant?", {"name": option, "others": others}
            )
        return Message("there is no option {name}", {"name": option})
    param = getattr(error, "param", None)
    if param is None:
        return None
    argument = param.param_type_name == "argument"
    what = param.name.upper() if argument else param.get_error_hint().replace("'", "")
    if not error.message:
        return Message("{what} is missing", {"what": what})
    if found := _CHOICE.fullmatch(error.message):
        expected = found["expected"].replace("'", "")
        why = Message("must be one of: {expected}", {"expected": expected})
        return Message("{what}: {error}", {"what": what, "error": why})
    return Message("{what}: {error}", {"what": what, "error": error.message})
