"""Rules that ask for a signal that there is not, and so never match."""

from collections.abc import Iterable, Iterator, Mapping

from itsm_sync.model.rules import RuleBook
from itsm_sync.model.signals import SIGNALS
from itsm_sync.model.text import nearest
from itsm_sync.routing.lint.finding import LintFinding, found
from itsm_sync.routing.problems import ValuePath


def lint_signals(rules: RuleBook) -> Iterator[LintFinding]:
    """Answer the unknown signals that rules ask for."""
    for axis, listed in rules.items():
        for number, rule in enumerate(listed):
            for path, name in _asked(rule.when, ("rules", axis, number, "when")):
                if name not in SIGNALS:
                    yield _unknown(path, name)


def _unknown(path: ValuePath, name: str) -> LintFinding:
    near = nearest(name, SIGNALS)
    there = f"`{near}`" if near else ", ".join(sorted(SIGNALS))
    text = "There is no signal `{name}`; there are: {there}."
    return found("rules", path, "signal-unknown", text, name=name, there=there)


def _asked(when: object, path: ValuePath) -> Iterator[tuple[ValuePath, str]]:
    """Answer the signals in a condition, those of the conditions within it too."""
    if not isinstance(when, Mapping):
        return
    for key, value in when.items():
        at = (*path, key)
        if key == "not":
            yield from _asked(value, at)
        elif key in ("all", "any"):
            for number, part in enumerate(value if isinstance(value, list) else ()):
                yield from _asked(part, (*at, number))
        elif key == "signal":
            yield from ((at, name) for name in _names(value))


def _names(value: object) -> Iterable[str]:
    """Answer the texts of a value, whichever way it asks for them."""
    if isinstance(value, str):
        return (value,)
    parts = value.values() if isinstance(value, Mapping) else value
    if not isinstance(parts, Iterable):
        return ()
    return tuple(name for part in parts for name in _names(part))
