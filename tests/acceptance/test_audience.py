"""Words of private items stay where they may be seen: no output, log, ticket or mail has them."""

import json
import re
import stat
from datetime import UTC, datetime
from pathlib import Path

import requests
from sandbox.daemon import Daemon
from sandbox.standins.github import rows
from sandbox.unpacking import unpacked

from itsm_sync.model.items import Audience, Item
from itsm_sync.store import Store
from tests.acceptance.conftest import Said, Town

PRIVATE = "극비통합계획"
HIDDEN = "abc/infra"  # the world's private repository
PLACES = ("repository", "job")  # their names are those of the settings
REFERENCE = re.compile(r"Redmine: #\d+")  # anybody's


def words(item: Item) -> set[str]:
    """What of an item is recognised where it turns up; a short word may be anybody's."""
    told = {item.title, *item.body.splitlines()}
    lines = {text.strip() for text in told if not REFERENCE.fullmatch(text.strip())}
    return {line for line in lines if len(line) >= 8}


def secrets(town: Town) -> set[str]:
    """The words of the private items that no public one has."""
    found: dict[Audience, set[str]] = {audience: set() for audience in Audience}
    with Store.open(town.program.environment["ITSM_SYNC_DATABASE"]) as store:
        for its in store.items():
            found[its.audience] |= words(its) if its.kind not in PLACES else set()
    return found[Audience.PRIVATE] - found[Audience.PUBLIC]


def spoil(town: Town) -> None:
    """Let all that can go wrong go wrong on what is private, with its words in hand."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    bad = rows.issue(HIDDEN, 990, at=now, title=f"{PRIVATE} 제목입니다 아무도 몰라야")
    town.github.add(HIDDEN, "issues", bad | {"created_at": f"{PRIVATE} 언제"})
    town.github.change_repository(HIDDEN, default_branch=f"fix/{PRIVATE}")
    town.github.misbehave("/branches", kind="status", status=500)
    town.github.misbehave("code-scanning", kind="html")


def test_words_of_private_items_reach_no_output_log_ticket_or_mail(town: Town) -> None:
    program, office = town.program, town.program.office
    settings = program.configuration / "settings.yaml"
    text = settings.read_text(encoding="utf-8").replace("visibility: private", "visibility: public")
    settings.write_text(text, encoding="utf-8")
    open_to_all(program.configuration / "reports.yaml")
    public = office.create("yujin", "로그인 화면이 안 열려요. 다들 접속이 안 됩니다")
    first = program.run("sync", "--json", "--verbose")
    assert first.status == 0, first.err
    hidden = office.create(
        "seojun", f"{PRIVATE} 로그인이 안 됩니다", is_private=True, description=f"{PRIVATE} 본문"
    )
    assert office.read(hidden, "admin")["is_private"]  # who may not make it so makes it public
    spoil(town)
    plan_file = program.configuration.parent / "plan.json"
    commands = (
        ("plan", "--json", "--verbose", "--out", str(plan_file)),
        ("sync", "--json", "--verbose"),
        ("sync", "--verbose"),
        ("status", "--json"),
        ("status",),
        ("explain", str(public), "--all"),
        ("letters",),
        ("letters", "list", "--json"),
        ("overrides",),
        ("inventory", "--public"),
        ("check",),
        ("report", "digest"),
        *reports(program.configuration.parent / "reports"),
    )
    said = [first, *(program.run(*command) for command in commands)]
    known = secrets(town) | {PRIVATE}
    assert len(known) > 20, "the world has private items"
    for command, told in zip([("first",), *commands], said, strict=True):
        for line in known:
            assert line not in told.out, command
            assert line not in told.err, command
    assert said[2].json["sources"]["github"]["status"] == "partly"
    assert said[2].json["dead_letters"] == 1
    assert stat.S_IMODE(plan_file.stat().st_mode) == 0o600
    everywhere = tickets_but(town, hidden) + mails(town)
    assert [line for line in known if line in everywhere] == []
    assert PRIVATE in explained(town, hidden).out
    made = list((program.configuration.parent / "reports").iterdir())
    assert {file.suffix for file in made} == {".html", ".xlsx", ".md", ".zip", ".png"}
    assert {stat.S_IMODE(file.stat().st_mode) for file in made} == {0o600}
    written = "".join(packed(file) for file in made)
    assert [line for line in known if line in written] == []
    shown = pages(town)
    assert [line for line in known if line in shown] == []
    kept(town, hidden)


def open_to_all(file: Path) -> None:
    """Let everybody read the managers' reports, which count what is private as shipped."""
    text = file.read_text(encoding="utf-8")
    assert text.count("audience: private") > 5
    file.write_text(text.replace("audience: private", "audience: public"), encoding="utf-8")


def reports(folder: Path) -> tuple[tuple[str, ...], ...]:
    """Reports that everybody may read, of all that the world has, in several forms."""
    forms = [word for form in ("html", "xlsx", "md", "csv") for word in ("--format", form)]
    since = ("--from", "2026-03-01", "--to", f"{datetime.now(UTC):%Y-%m-%d}")
    names = ("monthly-service", "release-readiness", "early-life")
    return tuple(("report", name, *since, *forms, "--out", str(folder)) for name in names)


def packed(file: Path) -> str:
    """All that stands in a file, packed or not."""
    return "\n".join(part.decode("utf-8", "replace") for part in unpacked(file.read_bytes()))


def pages(town: Town) -> str:
    """All that the daemon's port tells, and the daemon's log."""
    with Daemon.started(town.program.environment, "--verbose") as daemon:
        daemon.heard("cycle.finished")
        paths = ("/", "/?lang=en", "/metrics", "/health/live", "/health/ready", "/openapi.json")
        answers = [requests.get(daemon.url + path, timeout=30) for path in paths]
    assert {answer.status_code for answer in answers} <= {200, 503}
    assert "github" in answers[2].text
    return "\n".join(answer.text for answer in answers) + daemon.text()


def kept(town: Town, hidden: int) -> None:
    """A backup has what is private, for its owner alone, and so has what is restored from it."""
    program = town.program
    file = program.configuration.parent / "state.backup"
    assert program.run("backup", str(file)).status == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert PRIVATE in packed(file)
    other = {"ITSM_SYNC_DATABASE": f"sqlite:///{file.parent}/restored.db"}
    restored = program.run("restore", str(file), **other)
    assert restored.status == 0, restored.err
    assert PRIVATE not in restored.out + restored.err
    assert stat.S_IMODE((file.parent / "restored.db").stat().st_mode) == 0o600
    assert PRIVATE in program.run("explain", str(hidden), **other).out


def tickets_but(town: Town, hidden: int) -> str:
    """All that the other tickets show."""
    office = town.program.office
    found = office.ask("admin", "GET", "/issues.json?status_id=*&limit=100")["issues"]
    told = [office.read(issue["id"]) for issue in found if issue["id"] != hidden]
    assert told
    return json.dumps(told, ensure_ascii=False)


def mails(town: Town) -> str:
    """All mails but those to the ticket's own author and team."""
    folder = town.program.office.redmine.root / "mails"
    return "".join(
        file.read_text(encoding="utf-8") for file in Path(folder).iterdir() if "sua" in file.name
    )


def explained(town: Town, ticket: int) -> Said:
    """The operator asks about that very ticket: it is answered."""
    return town.program.run("explain", str(ticket))
