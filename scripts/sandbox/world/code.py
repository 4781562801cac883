"""Commits, pull requests, issues and releases of the ABC world (sample data)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from sandbox.world.kinds import KINDS, Kind
from sandbox.world.organisation import BUSINESS_PEOPLE, IT_PEOPLE
from sandbox.world.things import BOT, Commit, Pull, RepositoryIssue, Review, Ticket


def sha(chance: Random) -> str:
    return f"{chance.getrandbits(160):040x}"


def moment(chance: Random, since: datetime, until: datetime) -> datetime:
    """Answer a moment between the two, to the second."""
    seconds = max(int((until - since).total_seconds()), 1)
    return since + timedelta(seconds=chance.randrange(seconds))


def tickets_for(
    chance: Random, repository: str, tickets: tuple[Ticket, ...], at: datetime
) -> tuple[Ticket, ...]:
    """Answer one or two tickets on the repository's matters that were there; now and then none."""
    project = "abc-infra" if repository == "abc/infra" else "abc-app"
    there = [t for t in tickets if t.created < at and t.project == project and not t.private]
    count = chance.choices((0, 1, 2), (3, 6, 1))[0]
    chosen = chance.sample(there[-15:], min(count, len(there[-15:])))
    return tuple(sorted(chosen, key=lambda ticket: ticket.number))


@dataclass(frozen=True, slots=True)
class Code:
    commits: tuple[Commit, ...]
    pulls: tuple[Pull, ...]
    issues: tuple[RepositoryIssue, ...]


def code(chance: Random, tickets: tuple[Ticket, ...], now: datetime) -> Code:
    """Answer the work of three months in all repositories."""
    commits: list[Commit] = []
    pulls: list[Pull] = []
    issues: list[RepositoryIssue] = []
    for kind in KINDS:
        commits.append(_first(chance, kind, now))
        numbered = sorted(
            [
                (moment(chance, now - timedelta(days=89), now - timedelta(hours=2)), "pull")
                for _ in range(kind.pulls)
            ]
            + [
                (moment(chance, now - timedelta(days=89), now - timedelta(hours=6)), "issue")
                for _ in range(kind.issues)
            ]
        )
        base = 40 if kind.pulls > 5 else 3
        for number, (at, what) in enumerate(numbered, base):
            if what == "issue":
                issues.append(_issue(chance, kind, tickets, number=number, at=at, now=now))
                continue
            pull, made = _pull(chance, kind, tickets, number=number, at=at, now=now)
            pulls.append(pull)
            commits += made
    commits.sort(key=lambda commit: (commit.at, commit.sha))
    return Code(tuple(commits), tuple(_with_odd_ones(pulls)), tuple(issues))


def _first(chance: Random, kind: Kind, now: datetime) -> Commit:
    """Answer the commit that everything else in the repository stands on."""
    at = now - timedelta(days=92)
    return Commit(
        sha=sha(chance),
        repository=kind.repository,
        author="seojun",
        message="문서 정리",
        at=at,
        paths=("README.md",),
        branch="main",
        on_main=at,
    )


def _issue(
    chance: Random,
    kind: Kind,
    tickets: tuple[Ticket, ...],
    *,
    number: int,
    at: datetime,
    now: datetime,
) -> RepositoryIssue:
    title = kind.wishes[number % len(kind.wishes)]
    found = tickets_for(chance, kind.repository, tickets, at) if chance.random() < 0.4 else ()
    named = tuple(ticket.number for ticket in found)
    closed = moment(chance, at, now) if chance.random() < 0.45 else None
    updated = closed or moment(chance, at, now)
    return RepositoryIssue(
        repository=kind.repository,
        number=number,
        author=chance.choice(IT_PEOPLE + BUSINESS_PEOPLE),
        title=title,
        body="\n".join([title, *(f"Redmine #{n}" for n in named)]),
        opened=at,
        updated=updated,
        closed=closed,
        labels=(chance.choice(("bug", "enhancement", "question", "documentation")),),
        assignees=(chance.choice(IT_PEOPLE),) if chance.random() < 0.5 else (),
        milestone="2.4" if kind.repository in ("abc/portal", "abc/api") else "",
        comments=chance.randrange(4),
        tickets=named,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """What a pull request is about, and when it is opened and ended."""

    kind: Kind
    author: str
    title: str
    branch: str
    named: tuple[int, ...]
    opened: datetime
    ended: datetime | None
    merged: datetime | None

    @property
    def bump(self) -> bool:
        return self.author == BOT


def _pull(
    chance: Random,
    kind: Kind,
    tickets: tuple[Ticket, ...],
    *,
    number: int,
    at: datetime,
    now: datetime,
) -> tuple[Pull, list[Commit]]:
    work = _work(chance, kind, tickets, number=number, at=at, now=now)
    commits = _commits(chance, work)
    reviews = _reviews(chance, work, work.ended or now)
    references = "".join(f"\n\nRedmine: #{n}" for n in work.named)
    body = f"Bumps {work.title[5:]}. (sample)" if work.bump else f"{work.title}{references}"
    return Pull(
        repository=kind.repository,
        number=number,
        author=work.author,
        branch=work.branch,
        title=work.title,
        body=body,
        opened=at,
        updated=max([work.ended or at, commits[-1].at, *(review.at for review in reviews)]),
        commits=tuple(commit.sha for commit in commits),
        paths=tuple(sorted({path for commit in commits for path in commit.paths})),
        merged=work.merged,
        closed=work.ended,
        merged_by=chance.choice(IT_PEOPLE) if work.merged else "",
        merge_sha=commits[-1].sha if work.merged else "",
        reviews=reviews,
        requested=() if work.ended or reviews else (chance.choice(IT_PEOPLE),),
        labels=("dependencies",) if work.bump else (),
        draft=work.ended is None and chance.random() < 0.2,
        tickets=work.named,
    ), commits


def _work(
    chance: Random,
    kind: Kind,
    tickets: tuple[Ticket, ...],
    *,
    number: int,
    at: datetime,
    now: datetime,
) -> _Work:
    found: tuple[Ticket, ...] = ()
    ended = _end(chance, at, now)
    merged = ended if chance.random() < 0.85 else None
    if kind.bumps and chance.random() < 0.15:
        what = chance.choice(kind.bumps)
        author, title = BOT, f"Bump {what}"
        branch = f"dependabot/{what.partition(' ')[0]}-{number}"
    else:
        found = tickets_for(chance, kind.repository, tickets, at)
        author, title = chance.choice(IT_PEOPLE), _title(chance, kind, number, found)
        what = "fix" if found and found[0].tracker in ("결함", "사건", "문제") else "feature"
        branch = f"{what}/{found[0].number if found else number}"
    return _Work(
        kind=kind,
        author=author,
        title=title,
        branch=branch,
        named=tuple(ticket.number for ticket in found),
        opened=at,
        ended=ended,
        merged=merged,
    )


def _title(chance: Random, kind: Kind, number: int, found: tuple[Ticket, ...]) -> str:
    """Answer a title: often that of the ticket it is for."""
    told = [t.subject for t in found if t.meant in _CODED and not t.hard]
    if told and chance.random() < 0.6:
        return chance.choice(("{}", "{} 수정", "{} 대응")).format(told[0][:60])
    return kind.work[number % len(kind.work)]


_CODED = ("application", "incident", "problem", "infrastructure", "change", "configuration")


def _end(chance: Random, at: datetime, now: datetime) -> datetime | None:
    """Answer when a pull was merged or closed; None while it is open."""
    end = at + timedelta(hours=chance.randint(2, 90), minutes=chance.randrange(60))
    if end >= now - timedelta(hours=1) or chance.random() < 0.06:
        return None
    return end


def _commits(chance: Random, work: _Work) -> list[Commit]:
    """Answer the commits of a pull request, the first from before it was opened."""
    count = 1 if work.bump else chance.randint(1, 4)
    last = (work.ended or work.opened + timedelta(minutes=50)) - timedelta(minutes=5)
    later = sorted(moment(chance, work.opened, last) for _ in range(count - 1))
    manifest = [path for path in work.kind.paths if path.endswith(_MANIFESTS)]
    made: list[Commit] = []
    for when in (work.opened - timedelta(minutes=20), *later):
        text = chance.choice(("검토 의견 반영", "시험 추가", "Tidy up")) if made else work.title
        named = () if made else work.named
        paths = manifest[:1] if work.bump else chance.sample(work.kind.paths, chance.randint(1, 2))
        made.append(
            Commit(
                sha=sha(chance),
                repository=work.kind.repository,
                author=work.author,
                message=text + "".join(f"\n\nrefs #{n}" for n in named),
                at=when,
                paths=tuple(sorted(paths)),
                branch=work.branch,
                on_main=work.merged,
                tickets=named,
            )
        )
    return made


_MANIFESTS = ("package.json", ".gradle", ".gradle.kts", "requirements.txt", "agents.tf")


def _reviews(chance: Random, work: _Work, until: datetime) -> tuple[Review, ...]:
    first, second = chance.sample([login for login in IT_PEOPLE if login != work.author], 2)
    reviews = []
    if chance.random() < 0.3:
        at = moment(chance, work.opened, until)
        body = "경계값 시험이 빠졌습니다."
        reviews.append(Review(author=first, state="CHANGES_REQUESTED", at=at, body=body))
    if work.merged:
        at = moment(chance, reviews[-1].at if reviews else work.opened, until)
        reviews.append(Review(author=first, state="APPROVED", at=at, body="좋습니다."))
    if chance.random() < 0.2:
        at = moment(chance, work.opened, until)
        reviews.append(Review(author=second, state="COMMENTED", at=at, body="질문 하나 남깁니다."))
    return tuple(sorted(reviews, key=lambda review: review.at))


def _with_odd_ones(pulls: list[Pull]) -> list[Pull]:
    """Answer the pulls, one with its fork deleted, two of the API's on the release branch."""
    changed = list(pulls)
    for place in [n for n, pull in enumerate(pulls) if pull.repository == "abc/api"][-2:]:
        changed[place] = replace(pulls[place], base="release/2.4")
    closed = [n for n, pull in enumerate(pulls) if pull.state == "closed"]
    if closed:
        changed[closed[0]] = replace(pulls[closed[0]], fork_deleted=True)
    return changed
