"""Which errands a report has: one for each place, each team's part, each address. Pure."""

from collections.abc import Iterable, Iterator, Mapping

from itsm_sync.model.deliveries import Errand
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.reporting import FormName, Report, Span, Target

WHOLE = ("",)


def parts(report: Report, matrix: Matrix) -> tuple[str, ...]:
    """Answer the teams that a report has a part for, in the matrix' order; "" is the whole."""
    if report.audience != "team":
        return WHOLE
    return tuple(team for team in matrix.teams if not report.teams or team in report.teams)


def errands(
    name: str, span: Span, language: str, teams: Iterable[str], targets: Mapping[str, Target]
) -> Iterator[Errand]:
    """Answer what is to be delivered of a report."""
    for called, target in targets.items():
        for team in teams:
            for part in _parts(target, team):
                yield Errand(report=name, span=span, target=called, part=part, language=language)


def is_wanted(errand: Errand, report: Report, matrix: Matrix, target: Target) -> bool:
    """Whether an errand that was begun before is still one of its report and place.

    An address may be corrected meanwhile, a team be no more. Of a report for everybody a person may
    have asked for one team's part.
    """
    every = parts(report, matrix)
    if report.audience != "team":
        every = (*every, *matrix.teams)
    return errand.team in every and errand.part in _parts(target, errand.team)


def _parts(target: Target, team: str) -> tuple[str, ...]:
    if target.mail is None:
        return (team,)
    return tuple(f"{team} {address}".strip() for address in target.mail.recipients(team))


def attached(report: Report, target: Target) -> tuple[FormName, ...]:
    """Answer the forms that go to a place as files."""
    return report.forms if target.attach is None else target.attach
