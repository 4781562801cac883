"""What a cycle asks of the servers where a few things changed: n of them cost n/100 requests."""

import json
from collections.abc import Iterator
from datetime import timedelta

from sandbox.bench.fleets import Fleet, fleet, jobs, now, repositories, stamp, wanted
from sandbox.bench.logs import Log
from sandbox.bench.program import Program
from sandbox.bench.rows import REQUESTS, Row, Said, Told
from sandbox.bench.stage import Stage
from sandbox.bench.towns import BOT, Settled, settled
from sandbox.office import Office

# People change tickets: all get a longer description, some another priority; without mails.
_CHANGE = """
wanted = JSON.parse(ENV['WANTED'])
open_ones = Issue.open.where.not(author_id: User.find_by!(login: 'itsm-sync').id).order(:id)
open_ones.limit(wanted['changed']).each.with_index do |issue, number|
  issue.init_journal(issue.author)
  issue.current_journal.notify = false
  issue.notify = false
  issue.description = "#{issue.description}\\n#{wanted['words']}"
  if number < wanted['moved']
    issue.priority = IssuePriority.active.where.not(id: issue.priority_id).first
  end
  issue.save!
end
"""
_WORDS = "덧붙입니다"


def rows(stage: Stage) -> Iterator[Told]:
    """Measure; yield the rows."""
    sizes = stage.sizes
    tickets, builds, pulls = sizes.changed
    with fleet(sizes) as servers, settled(stage, sizes.tickets, whole=True) as place:
        program = _reading_all(stage, place, servers)
        with program.cycling() as cycle:
            for _ in range(3):
                cycle(write=False)
            _change(place.office, tickets, sizes.moved)
            _build(servers, builds)
            _review(servers, pulls)
            log = Log.of(place.office)
            servers.forget()
            cycle(write=False)
            redmine = log.since()
            jenkins, github, _ = servers.asked()
    yield Row(
        name="small-cycle",
        title=Said(
            f"{tickets} changed issues, {builds} new builds, {pulls} changed pull requests",
            f"바뀐 일감 {tickets}개, 새 빌드 {builds}개, 바뀐 풀 리퀘스트 {pulls}개",
        ),
        measured=len(redmine.requests) + jenkins + github,
        goal=3 + sizes.moved + (builds + 3) + (pulls + 2),
        unit=REQUESTS,
        beside=(
            (Said.alike("Redmine"), len(redmine.requests)),
            (Said("of these, single tickets", "그 가운데 일감 하나씩"), redmine.singles),
            (Said.alike("Jenkins"), jenkins),
            (Said("GitHub, without those answered 304", "GitHub, 304 응답 제외"), github),
        ),
        note=Said(
            f"priority of {sizes.moved} issues changed; the cycle looks and writes nothing. All of"
            " them wait for their first answer, which only the history of each tells",
            f"일감 {sizes.moved}개는 우선순위가 바뀜. 주기는 보기만 하고 쓰지 않음. 모두 첫"
            " 응답을 기다리는 일감이고, 응답이 있었는지는 저마다의 이력만 말해 줌",
        ),
    )


def _reading_all(stage: Stage, place: Settled, servers: Fleet) -> Program:
    """Answer the settled program's state, to go on with the other systems beside."""
    addresses = {"redmine": place.office.redmine.url, **servers.addresses}
    program = Program.over(
        stage.fresh("state"),
        addresses,
        place.office.keys[BOT],
        lambda settings: wanted(settings, stage.sizes),
        whole=True,
    )
    return program.going_on(place.program)


def _change(office: Office, changed: int, moved: int) -> None:
    wanted = {"changed": changed, "moved": moved, "words": _WORDS}
    office.redmine.runner(_CHANGE, {"WANTED": json.dumps(wanted)})


def _build(servers: Fleet, many: int) -> None:
    """Let so many jobs have built once more."""
    at = int((now() - timedelta(minutes=2)).timestamp() * 1000)
    for name in jobs(many):
        build = servers.jenkins.start_build(name, at=at)
        servers.jenkins.finish_build(name, build["number"], result="SUCCESS", duration=60_000)


def _review(servers: Fleet, many: int) -> None:
    """Let a pull request be changed in so many repositories."""
    for name in repositories(many):
        servers.github.change(name, "pulls", 1, title="Pull request 1, again",
                              updated_at=stamp(now()))  # fmt: skip
