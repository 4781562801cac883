"""What people do to the signals' tickets."""

from sandbox.office import Office
from sandbox.torture.reading import see
from sandbox.torture.script import Acted

_STATUS = {"close": "완료", "reject": "거절", "reopen": "신규"}


def act(acted: Acted, office: Office) -> str:
    """Do it, to that ticket in its place among those that it can be done to; answer what was."""
    seen = see(office)
    closed = {one.key: one.closed for one in seen.tickets if not one.copy}
    wanted = acted.deed == "reopen"
    keys = [key for key in sorted(seen.numbers) if closed[key] is wanted]
    if not keys:
        return ""
    key = keys[acted.place % len(keys)]
    _do(acted, seen.numbers[key], office)
    return f"{acted.deed} {key}"


def _do(acted: Acted, number: int, office: Office) -> None:
    match acted.deed:
        case "close" | "reject" | "reopen":
            status = office.number("issue_statuses", _STATUS[acted.deed])
            office.update("admin", number, status_id=status)
        case "take":
            office.update("admin", number, notes="제가 봅니다")
        case "comment":
            office.update("admin", number, notes="로그를 확인했습니다")
        case "copy":
            project = office.read(number)["project"]["id"]
            office.copy("admin", number, project=project)
        case "delete":
            office.delete("admin", number)
