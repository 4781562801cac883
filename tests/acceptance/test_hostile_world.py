"""Hostile texts in all that GitHub and Jenkins say: every page that comes of them is harmless."""

import json
import re
from collections import Counter
from email import message_from_string
from email.policy import SMTP
from typing import Any

import pytest
from ruamel.yaml import YAML
from sandbox.daemon import schedule
from sandbox.proofs.hostile import TEXTS

from itsm_sync.model.text import clean
from itsm_sync.model.tickets import FieldName
from tests.acceptance import hostile_world as world
from tests.acceptance.conftest import Town
from tests.acceptance.pages import PLAIN, Shown, dangers, whole
from tests.acceptance.test_prose import LAYOUT, Seen
from tests.acceptance.test_signal_words import ours, texts_of

SIGNALS = {"dependabot", "code_scanning", "secret_scanning", "nodes", "disk", "queue", "builds",
           "releases", "outages", "storms"}  # fmt: skip
# What a commit names is told, and meant to be a link.
NAMED = re.compile(r"<li>거기에 적힌 일감: .*?</li>", re.DOTALL)


def change(town: Town, **sections: dict[str, Any]) -> None:
    """Change sections of what is watched."""
    yaml, file = YAML(), town.program.configuration / "signals.yaml"
    settings = yaml.load(file.read_text(encoding="utf-8"))
    for name, values in sections.items():
        settings[name].update(values)
    with file.open("w", encoding="utf-8") as out:
        yaml.dump(settings, out)


def look(town: Town) -> None:
    told = town.program.sync()
    assert told.status == 0, told.err[-3000:] + told.out[:3000]
    assert all(one["status"] in ("ok", "off") for one in told.json["sources"].values())


def happen(town: Town, ticket: int) -> None:
    """Let everything happen, in two looks: what goes wrong, and how some of it ends."""
    voice = world.Voice()
    world.raise_alerts(town.github, voice)
    world.fail_runs(town.github, voice)
    world.lose_nodes(town.jenkins, voice)
    world.stick(town.jenkins, voice)
    world.fail_jobs(town.jenkins, voice, 0)
    look(town)
    world.settle_alerts(town.github, voice)
    world.merge_pulls(town.github, voice, ticket)
    world.release(town.github, voice)
    change(town, outages={"enabled": True})
    world.fail_jobs(
        town.jenkins, voice, 100, error=f"ERROR: {clean(TEXTS[1])} @admin #1 {{{{toc}}}}"
    )
    look(town)
    change(town, storms={"enabled": True, "more_than": 3})
    world.fail_jobs(town.jenkins, voice, 200)
    look(town)
    look(town)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("markup", ["textile", "common_mark"])
def test_all_that_machines_say_is_shown_as_text(watched: Town, markup: str) -> None:
    program, office = watched.program, watched.program.office
    office.redmine.runner(f"Setting.text_formatting = '{markup}'")
    schedule(program.configuration, sources={"github": {"every": "1m"}})  # alerts, too, each time
    change(
        watched,
        builds={"untracked": True},
        nodes={"open_for": "0m"},
        capacity={name: {"enabled": False} for name in ("memory", "slower")},
        storms={"enabled": False},
        outages={"enabled": False},
    )
    look(watched)
    ticket = office.create("yujin", "로그인 화면이 안 열려요")
    look(watched)
    before, mails = set(ours(program)), len(office.mails())
    happen(watched, ticket)

    opened = sorted(set(ours(program)) - before)
    kinds = Counter((office.value(n, FieldName.KEY) or "").partition("/")[0] for n in opened)
    assert set(kinds) >= SIGNALS, kinds
    said = "".join(harmless(watched, number, set(opened)) for number in (*opened, ticket))
    assert "alert(1)" in said
    assert "{{toc}}" in said.replace("\u2060", "")
    assert "itsm-sync: deliveries" in said
    assert "admin@example.com" not in json.dumps(office.mails()[mails:])
    sent = mailed_pages(watched)
    assert any("alert(1)" in page for page in sent)
    places = ("http://hostname/", "http://localhost:3000/", *systems(watched))
    assert [one for page in sent for one in dangers(page, *places)] == []
    for path in ("/issues", "/projects/abc-app/issues", "/projects/abc-app/activity"):
        assert dangers(whole(program, path), *systems(watched)) == []
    assert program.run("plan", "--json").json["plan"] == []


def harmless(town: Town, number: int, ours: set[int]) -> str:
    """Answer what a ticket's texts say, where none of them does anything."""
    page = whole(town.program, f"/issues/{number}")
    assert dangers(page, *systems(town)) == [], number
    theirs = (town.jenkins.url, town.github.url)
    own = {f"/issues/{one}" for one in ours}
    fields = Shown()
    fields.feed(page)
    assert fields.tags <= PLAIN | LAYOUT, number
    said = ""
    for text in texts_of(page):
        seen = Seen(NAMED.sub("", text))
        assert seen.tags <= LAYOUT, text
        assert seen.marked == [], text
        assert [u for u in seen.links if not u.startswith(theirs) and u not in own] == [], text
        said += seen.text + seen.code
    return said


def mailed_pages(town: Town) -> list[str]:
    """Answer what a mail program shows of Redmine's mails, which it appends to a file a person."""
    folder = town.program.office.redmine.root / "mails"
    every = [
        one for file in folder.iterdir() for one in re.split(r"(?m)^(?=Date: )", file.read_text())
    ]
    parts = [part for one in every for part in message_from_string(one, policy=SMTP).walk()]
    return [str(part.get_content()) for part in parts if part.get_content_type() == "text/html"]


def systems(town: Town) -> tuple[str, ...]:
    return (town.program.office.redmine.url, town.jenkins.url, town.github.url)
