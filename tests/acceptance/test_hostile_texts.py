"""Two hundred hostile texts in the real Redmine: in people's tickets and in what builds say."""

import time
from pathlib import Path
from random import Random

import pytest
from sandbox.proofs.hostile import TEXTS
from sandbox.redmine import Redmine
from sandbox.standins.jenkins import JenkinsStandIn, new_job

from itsm_sync.model.text import clean
from tests.acceptance.conftest import Program
from tests.acceptance.pages import PLAIN, foreign
from tests.acceptance.pages import shown as fields_shown
from tests.acceptance.test_prose import LAYOUT, Seen
from tests.acceptance.test_safe_text import Renderer, check
from tests.acceptance.test_signal_words import FOLDER, jenkins, ours, shown

__all__ = ["jenkins"]

SEED, COUNT = 7, 200
TICKETS, A_JOB = 40, 10  # of the texts as people's tickets; the others in jobs, so many in each


def texts() -> list[str]:
    """Two hundred: each by itself, and two joined by chance."""
    chance = Random(SEED)
    joined = [
        chance.choice(TEXTS) + chance.choice(("", " ", "\n", "\n\n")) + chance.choice(TEXTS)
        for _ in range(COUNT)
    ]
    return [clean(text) for text in (*TEXTS, *joined)][:COUNT]


@pytest.fixture(scope="module")
def renderer(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Renderer:
    """A Redmine that is not served."""
    place = tmp_path_factory.mktemp("hostile") / "one"
    return Renderer(redmine=Redmine.make(place, template=template))


def test_two_hundred_hostile_texts_read_as_themselves_in_every_mark_up(renderer: Renderer) -> None:
    check(renderer, texts())


@pytest.mark.parametrize("markup", ["textile", "common_mark"])
def test_hostile_tickets_and_builds_leave_no_tag_link_mention_or_mail(
    program: Program, jenkins: JenkinsStandIn, markup: str
) -> None:
    office = program.office
    settings = program.configuration / "settings.yaml"
    text = settings.read_text(encoding="utf-8").replace("visibility: private", "visibility: public")
    settings.write_text(text, encoding="utf-8")
    office.redmine.runner(f"Setting.text_formatting = '{markup}'")
    program.sync()
    said = [" ".join(text.split()) for text in texts()]
    people = office.fill("yujin", [f"장애 {text}"[:255] for text in said[:TICKETS]])
    before, mails = set(ours(program)), len(office.mails())
    for _ in range(3):
        jobs = break_jobs(jenkins, said[TICKETS:])
        told = program.sync()
        assert told.status == 0, told.err
        assert all(report["status"] == "ok" for report in told.json["sources"].values())
    for number in people[:: len(people) // 12]:
        found = fields_shown(program, number)
        assert found.tags <= PLAIN, number
        assert foreign(found) == [], number
    opened = sorted(set(ours(program)) - before)
    assert len(opened) == jobs
    for number in opened:
        for page in shown(program, number):
            seen = Seen(page)
            assert seen.tags <= LAYOUT, page
            assert seen.marked == [], page
            assert all(link.startswith(jenkins.url) for link in seen.links), page
    assert "admin@example.com" not in office.mails()[mails:]
    again = program.sync()
    assert again.status == 0, again.err
    assert [r for r in program.proxy.requests if r.method != "GET"] == []


def break_jobs(jenkins: JenkinsStandIn, said: list[str]) -> int:
    """Let jobs fail whose console, stage, cause and description have the texts; how many."""
    at = int(time.time() * 1000) - 1000
    parts = [said[n : n + A_JOB] for n in range(0, len(said), A_JOB)]
    for number, some in enumerate(parts):
        name = f"{FOLDER}/hostile-{number}"
        with jenkins.lock:
            jobs = jenkins.job(FOLDER)["jobs"]
            if all(job["fullName"] != name for job in jobs):
                jobs.append(new_job(name))
        log = "\n".join((*some[1:], f"ERROR: {number} {some[0]}", *some[1:])) + "\n"
        cause = {"shortDescription": some[1], "userName": some[2], "userId": "admin"}
        jenkins.fail_build(
            name,
            at=at + number,
            duration=100,
            log=log,
            stage=some[3],
            description=some[4],
            actions=[{"_class": "hudson.model.CauseAction", "causes": [cause]}],
        )
    return len(parts)
