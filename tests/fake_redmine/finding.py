"""The list of tickets: filters, order, pages."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from tests.fake_redmine.world import Issue, World

Params = Mapping[str, Sequence[str]]
_SECOND = timedelta(seconds=1)
_NUMBERS = ("issue_id", "project_id", "status_id", "tracker_id", "author_id")
_TIMES = {"updated_on": "updated", "created_on": "created"}


def select(
    world: World, issues: Sequence[Issue], params: Params, *, most: int | None = None
) -> tuple[list[Issue], int]:
    """Answer the page that is asked for, and how many tickets fit. Unknown filters are ignored.

    `most`: the first so many, whatever page is asked for.
    """
    filters = _filters(params)
    fit = [i for i in issues if all(_fits(world, i, *one) for one in filters)]
    for key in reversed(_first(params, "sort", "id:desc").split(",")):
        name, _, order = key.partition(":")
        attribute = {"updated_on": "updated", "id": "id"}.get(name)
        if attribute:
            fit.sort(key=_by(attribute), reverse=order == "desc")
    if most is not None:
        return fit[:most], len(fit)
    offset = int(_first(params, "offset", "0"))
    limit = min(int(_first(params, "limit", "25")), world.most)
    return fit[offset : offset + limit], len(fit)


def _by(attribute: str) -> Callable[[Issue], datetime | int]:
    def key(issue: Issue) -> datetime | int:
        value: datetime | int = getattr(issue, attribute)
        return value

    return key


def _filters(params: Params) -> list[tuple[str, str, Sequence[str]]]:
    """Answer field, operator and values, of the long form or the short one."""
    if "f[]" in params:
        return [(f, params[f"op[{f}]"][0], params.get(f"v[{f}][]", ())) for f in params["f[]"]]
    found = [_short(name, params[name][0]) for name in params if _known(name)]
    if "status_id" not in params:
        found.append(("status_id", "o", ()))
    return found


def _known(name: str) -> bool:
    return name in (*_NUMBERS, *_TIMES) or name.startswith("cf_")


def _short(name: str, value: str) -> tuple[str, str, Sequence[str]]:
    for operator in ("><", ">=", "<=", "*", "!", "="):
        if value.startswith(operator):
            return name, operator, value.removeprefix(operator).split("|")
    if name == "status_id" and value in ("open", "o", "closed", "c"):
        return name, value[0], ()
    return name, "=", value.replace(",", "|").split("|")


def _fits(world: World, issue: Issue, name: str, operator: str, values: Sequence[str]) -> bool:
    if operator == "*":
        return True
    if operator in ("o", "c"):
        return world.statuses[issue.status].closed is (operator == "c")
    if name in _TIMES:
        return _in_time(getattr(issue, _TIMES[name]), operator, values)
    if name == "relates":
        return operator != "=!p" or _related_outside(world, issue, values[0])
    if name.startswith("cf_"):
        return _holds(world, issue, name.removeprefix("cf_"), values)
    if name not in _NUMBERS:
        return True
    value = getattr(issue, name.removesuffix("_id") if name != "issue_id" else "id")
    if operator in (">=", "><"):
        return int(values[0]) <= value and (operator == ">=" or value <= int(values[-1]))
    wanted = {str(v) for v in values}
    if name == "project_id":
        wanted |= {str(p.id) for p in world.projects.values() if p.identifier in wanted}
    return (str(value) in wanted) is (operator == "=")


def _related_outside(world: World, issue: Issue, project: str) -> bool:
    """Whether it *relates* to a ticket of another project than that."""
    ends = [
        r.end if r.start == issue.id else r.start
        for r in world.relations_of(issue.id)
        if r.kind == "relates"
    ]
    return any(str(world.issues[end].project) != project for end in ends)


def _holds(world: World, issue: Issue, number: str, values: Sequence[str]) -> bool:
    """Whether a custom field has one of the values; an unknown field is no filter (fact 2)."""
    field = world.fields.get(int(number))
    return field is None or not field.filters or issue.values.get(field.id) in values


def _in_time(at: datetime, operator: str, values: Sequence[str]) -> bool:
    """`>=T` begins after T - 1 s, `<=T` leaves out what was stored with fractions (fact 5)."""
    times = [datetime.fromisoformat(value).astimezone(UTC) for value in values]
    after = operator == "<=" or at > times[0] - _SECOND
    return after and (operator == ">=" or at <= times[-1])


def _first(params: Params, name: str, default: str) -> str:
    return params.get(name, (default,))[0]
