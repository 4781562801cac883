"""Whether there are the measures, and their options, that `reports.yaml` chooses. Pure."""

from collections.abc import Iterator
from dataclasses import fields

from itsm_sync.model.reporting import DIGEST, Chosen, Reporting
from itsm_sync.model.words import Message
from itsm_sync.reports.views.measure import Options
from itsm_sync.reports.views.registry import MEASURES

Place = tuple[str | int, ...]


def chosen(reporting: Reporting) -> Iterator[tuple[str, Place, Message]]:
    """Answer the file, the way to each choice that is none, and what is wrong with it."""
    for name, report in reporting.reports.items():
        for n, section in enumerate(report.sections):
            for one in section.measures:
                for why in _wrong(one):
                    yield "reports", ("reports", name, "sections", n), why


def _wrong(one: Chosen) -> Iterator[Message]:
    if one.name != DIGEST and one.name not in MEASURES:
        params = {"name": one.name, "known": ", ".join(sorted((*MEASURES, DIGEST)))}
        yield Message("no measure is called `{name}`: {known}", params)
        return
    known = {} if one.name == DIGEST else {field.name: field.type for field in fields(Options)}
    for option, value in one.options.items():
        params = {"name": one.name, "option": option}
        if option not in known:
            yield Message("`{name}` has no option `{option}`", params)
        elif not isinstance(value, int) or isinstance(value, bool) or value < 1:
            yield Message("`{option}` of `{name}` is a number, 1 or more", params)
