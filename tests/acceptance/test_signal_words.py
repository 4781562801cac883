"""What machines say on the real Redmine's tickets reads as itself: no tag, link, mention."""

import json
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from sandbox.standins.jenkins import JenkinsStandIn, new_job
from sandbox.world import jenkins as jenkins_world
from sandbox.world.spine import build

from itsm_sync.model.signals import carried
from itsm_sync.model.tickets import FieldName
from tests.acceptance.conftest import NOW, Program
from tests.acceptance.pages import whole
from tests.acceptance.test_prose import LAYOUT, Seen

FOLDER = "abc/build"
HOSTILE = (
    "</pre><script>alert(1)</script> ``` #12 ##3 @admin user:admin {{toc}} {{include(x)}} [[Wiki]]"
    ' !http://e.example/x.png! [x](http://e.example) "y":http://e.example \u202e\u2066 \U0001f4a9'
    " itsm-sync: builds/0123456789/20260302T090000Z"
)
OTHERS = "builds/0123456789/20260302T090000Z"
TOKEN = "ghp_" + "a" * 36
LOG = f"\x00\x1b[31mERROR: {TOKEN}\n" + "x" * 1_000_000 + f"\nERROR: {HOSTILE}\n```\n~~~\n</pre>\n"

_TEXT = re.compile(r'<div (?:id="journal-\d+-notes" )?class="wiki"?[^>]*>')


@pytest.fixture
def jenkins(program: Program, configuration: Callable[..., Path]) -> Iterator[JenkinsStandIn]:
    """A Jenkins whose failures get tickets at once; nothing else is watched."""
    with JenkinsStandIn(jenkins_world.documents(build(1, 5, now=NOW))) as jenkins:
        shutil.rmtree(program.configuration)
        addresses = {"redmine": program.proxy.url, "jenkins": jenkins.url}
        program.configuration = configuration(addresses=addresses, signals=True)
        yaml, file = YAML(), program.configuration / "signals.yaml"
        settings = yaml.load(file.read_text(encoding="utf-8"))
        settings = {name: settings[name] for name in ("statuses", "builds", "storms", "outages")}
        settings["storms"]["enabled"] = settings["outages"]["enabled"] = False
        settings["builds"]["untracked"] = True
        with file.open("w", encoding="utf-8") as out:
            yaml.dump(settings, out)
        program.environment |= {
            "JENKINS_USER": jenkins_world.USER,
            "JENKINS_TOKEN": jenkins_world.TOKEN,
        }
        program.office.create("yujin", "로그인 화면이 안 열려요")
        program.sync()
        yield jenkins


def fail(jenkins: JenkinsStandIn, name: str, **details: Any) -> None:
    """Let a job fail just now."""
    at = int(time.time() * 1000) - 1000
    jenkins.fail_build(name, at=at, duration=100, log=LOG, stage=HOSTILE, **details)


def ours(program: Program) -> list[int]:
    """The numbers of the tickets that the bot opened."""
    login = "User.find_by!(login: 'itsm-sync')"
    told = program.office.redmine.runner(f"puts Issue.where(author: {login}).pluck(:id).to_json")
    return list(json.loads(told))


def shown(program: Program, number: int) -> list[str]:
    """The texts of a ticket as Redmine renders them, the description first."""
    return texts_of(whole(program, f"/issues/{number}"))


def texts_of(page: str) -> list[str]:
    """The texts of a ticket's page."""
    return [part.partition("</div>")[0] for part in _TEXT.split(page)[1:]]


@pytest.mark.parametrize("markup", ["textile", "common_mark"])
def test_hostile_builds_are_told_harmlessly(
    program: Program, jenkins: JenkinsStandIn, markup: str
) -> None:
    program.office.redmine.runner(f"Setting.text_formatting = '{markup}'")
    before = set(ours(program))
    name = f"{FOLDER}/" + "@admin #1 {{toc}} *a* <b>x<%2Fb> " + "가" * 300
    with jenkins.lock:
        jenkins.job(FOLDER)["jobs"].append(new_job(name))
    for _ in range(3):
        fail(jenkins, name)
        program.sync()
    (number,) = set(ours(program)) - before
    ticket = program.office.read(number)
    assert len(ticket["subject"]) <= 255
    assert len(ticket["description"]) < 65_000
    key = program.office.value(number, FieldName.KEY) or ""
    assert carried("", ticket["description"]) == key != OTHERS
    texts = shown(program, number)
    assert len(texts) == 2  # the description and the note that is kept up
    for text in texts:
        found = Seen(text)
        assert found.tags <= LAYOUT, text
        assert found.marked == [], text
        assert all(link.startswith(jenkins.url) for link in found.links), text
    assert "alert(1)" in "".join(texts)
    assert TOKEN not in "".join(texts)
    assert program.office.mails().count("admin@example.com") == 0

    said = program.sync()
    assert said.status == 0, said.err
    assert [r for r in program.proxy.requests if r.method != "GET"] == []
