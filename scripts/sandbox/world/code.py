"""Commits, pull requests, issues and releases of the ABC world (sample data)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from sandbox.world.organisation import BUSINESS_PEOPLE, IT_PEOPLE
from sandbox.world.things import BOT, Commit, Pull, Release, RepositoryIssue, Review, Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How one repository is worked on: how many pulls and issues, on what paths, about what."""

    repository: str
    pulls: int
    issues: int
    paths: tuple[str, ...]
    work: tuple[str, ...]  # what commits and pulls are about
    bumps: tuple[str, ...]
    wishes: tuple[str, ...]  # what issues say


KINDS = (
    Kind(
        repository="abc/portal",
        pulls=30,
        issues=8,
        paths=(
            "src/pages/Login.tsx",
            "src/pages/Orders.tsx",
            "src/api/client.ts",
            "package.json",
            "src/components/Table.tsx",
            "e2e/login.spec.ts",
            "README.md",
        ),
        work=(
            "로그인 화면에서 세션 만료 안내",
            "정산 목록 페이지 나누기",
            "주문 검색 날짜 필터 고침",
            "Fix wrong currency format in settlement table",
            "엑셀 내려받기 속도 개선",
            "모바일 화면에서 메뉴가 가려지는 문제",
            "Add retry to API client",
            "접근성: 표 머리글 읽기",
            "비밀번호 변경 화면 문구",
            "알림 배너 닫기 기억",
        ),
        bumps=("axios from 1.6.2 to 1.7.4", "vite from 5.1.0 to 5.4.6", "react from 18.2 to 18.3"),
        wishes=(
            "사파리에서 달력이 열리지 않아요",
            "Dark mode for the settlement page",
            "표의 열 너비를 기억했으면 합니다",
            "Orders page shows a blank row",
            "검색 결과가 0건일 때 안내가 없습니다",
        ),
    ),
    Kind(
        repository="abc/api",
        pulls=30,
        issues=7,
        paths=(
            "src/main/java/abc/auth/Session.java",
            "src/main/java/abc/order/OrderService.java",
            "src/main/java/abc/settle/Settlement.java",
            "build.gradle",
            "src/test/java/abc/order/OrderServiceTest.java",
            "db/migration/V42__index.sql",
        ),
        work=(
            "주문 조회 느린 쿼리에 인덱스 추가",
            "토큰 갱신 동시 요청 처리",
            "Return 409 on duplicate settlement",
            "정산 반올림 오류 수정",
            "DB 연결 풀 크기 조정",
            "감사 로그에 사용자 번호 남기기",
            "Validate phone numbers on sign-up",
            "환불 API 시간 초과 늘림",
            "헬스 체크에 DB 상태 포함",
            "로그인 실패 횟수 제한",
        ),
        bumps=(
            "spring-boot from 3.2.4 to 3.2.9",
            "postgresql from 42.7.1 to 42.7.3",
            "log4j-core from 2.20.0 to 2.23.1",
        ),
        wishes=(
            "주문 API 응답에 취소 사유 필드가 필요합니다",
            "OpenAPI description is out of date",
            "정산 API 페이지 크기 제한 문의",
            "429 응답에 Retry-After가 없음",
        ),
    ),
    Kind(
        repository="abc/batch",
        pulls=11,
        issues=4,
        paths=("batch/settle.py", "batch/export.py", "requirements.txt", "tests/test_settle.py"),
        work=(
            "정산 배치 재실행 시 중복 방지",
            "Log rows skipped by export",
            "월말 배치 시간 단축",
            "휴일 달력 갱신",
            "메일 발송 실패 시 재시도",
        ),
        bumps=("requests from 2.31.0 to 2.32.3", "jinja2 from 3.1.3 to 3.1.4"),
        wishes=("배치 로그 보관 기간을 늘려 주세요", "Export job should write a summary"),
    ),
    Kind(
        repository="abc/mobile",
        pulls=15,
        issues=5,
        paths=(
            "app/src/main/kotlin/Login.kt",
            "app/src/main/kotlin/Push.kt",
            "build.gradle.kts",
            "app/src/main/res/values-ko/strings.xml",
        ),
        work=(
            "푸시 알림 중복 수신 수정",
            "생체 인증 로그인",
            "Fix crash when offline",
            "앱 시작 속도 개선",
            "글꼴 크기 설정 반영",
            "약관 화면 문구 수정",
        ),
        bumps=("okhttp from 4.11.0 to 4.12.0", "kotlin from 1.9.22 to 1.9.25"),
        wishes=("알림음을 바꿀 수 있게 해 주세요", "App crashes on Android 10"),
    ),
    Kind(
        repository="abc/infra",
        pulls=13,
        issues=3,
        paths=(
            "terraform/network.tf",
            "terraform/db.tf",
            "ansible/roles/nginx/tasks/main.yml",
            "ansible/hosts.yml",
            "terraform/agents.tf",
        ),
        work=(
            "빌드 에이전트 agent-04 추가",
            "DB 보조 서버 만들기",
            "방화벽 규칙 정리",
            "Rotate logs on all web servers",
            "nginx 시간 제한 조정",
            "백업 보관 30일로",
            "모니터링 에이전트 배포",
        ),
        bumps=("hashicorp/aws from 5.40 to 5.60",),
        wishes=("스테이징 서버 이름 규칙을 정합시다", "인증서 만료 알림이 없습니다"),
    ),
    Kind(
        repository="abc/docs",
        pulls=9,
        issues=3,
        paths=("docs/operations.md", "docs/architecture.md", "docs/faq.md", "README.md"),
        work=(
            "운영 절차서에 배포 되돌리기 추가",
            "아키텍처 그림 갱신",
            "Fix broken links",
            "자주 묻는 질문 보강",
            "인수인계 체크리스트",
        ),
        bumps=(),
        wishes=("설치 문서가 예전 버전입니다", "Glossary of settlement terms"),
    ),
    Kind(
        repository="abc/legacy-billing",
        pulls=2,
        issues=1,
        paths=("src/Billing.java", "README"),
        work=("구 과금 자료 반출 스크립트", "Mark repository as legacy"),
        bumps=(),
        wishes=("보관 자료 조회 방법 문의",),
    ),
)


def sha(chance: Random) -> str:
    return f"{chance.getrandbits(160):040x}"


def moment(chance: Random, since: datetime, until: datetime) -> datetime:
    """Answer a moment between the two, to the second."""
    seconds = max(int((until - since).total_seconds()), 1)
    return since + timedelta(seconds=chance.randrange(seconds))


def tickets_for(chance: Random, tickets: tuple[Ticket, ...], at: datetime) -> tuple[int, ...]:
    """Answer one or two tickets about the code that were there before `at`; now and then none."""
    there = [t.number for t in tickets if t.created < at and t.project in ("abc-app", "abc-infra")]
    count = chance.choices((0, 1, 2), (3, 6, 1))[0]
    recent = there[-40:]
    return tuple(sorted(chance.sample(recent, min(count, len(recent)))))


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
                issues.append(_issue(chance, kind, number, at, tickets, now))
                continue
            pull, made = _pull(chance, kind, number, at, tickets, now)
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
    number: int,
    at: datetime,
    tickets: tuple[Ticket, ...],
    now: datetime,
) -> RepositoryIssue:
    title = kind.wishes[number % len(kind.wishes)]
    named = tickets_for(chance, tickets, at) if chance.random() < 0.4 else ()
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


def _pull(
    chance: Random,
    kind: Kind,
    number: int,
    at: datetime,
    tickets: tuple[Ticket, ...],
    now: datetime,
) -> tuple[Pull, list[Commit]]:
    bump = bool(kind.bumps) and chance.random() < 0.15
    named = () if bump else tickets_for(chance, tickets, at)
    author = BOT if bump else chance.choice(IT_PEOPLE)
    title, branch = _about(chance, kind, number, bump, named)
    end = _end(chance, at, now)
    merged = end if end and chance.random() < 0.85 else None
    paths = (
        ("package.json",)
        if bump
        else tuple(sorted(chance.sample(kind.paths, chance.randint(1, min(3, len(kind.paths))))))
    )
    commits = _commits(chance, kind, title, author, branch, at, end, merged, named, bump)
    references = "".join(f"\n\nRedmine: #{n}" for n in named)
    body = f"Bumps {title.removeprefix('Bump ')}." if bump else f"{title}{references}"
    reviews = _reviews(chance, author, at, end or now, bool(merged))
    updated = max([end or at, commits[-1].at, *(review.at for review in reviews)])
    return Pull(
        repository=kind.repository,
        number=number,
        author=author,
        branch=branch,
        title=title,
        body=body,
        opened=at,
        updated=updated,
        commits=tuple(commit.sha for commit in commits),
        paths=paths,
        merged=merged,
        closed=end,
        merged_by=chance.choice(IT_PEOPLE) if merged else "",
        merge_sha=commits[-1].sha if merged else "",
        reviews=reviews,
        requested=() if end or reviews else (chance.choice(IT_PEOPLE),),
        labels=("dependencies",) if bump else (),
        draft=end is None and chance.random() < 0.2,
        tickets=named,
    ), commits


def _about(
    chance: Random, kind: Kind, number: int, bump: bool, named: tuple[int, ...]
) -> tuple[str, str]:
    """Answer a pull's title and branch."""
    if bump:
        what = chance.choice(kind.bumps)
        return f"Bump {what}", f"dependabot/{what.partition(' ')[0]}-{number}"
    title = kind.work[number % len(kind.work)]
    what = "fix" if any(word in title for word in ("수정", "고침", "문제", "Fix")) else "feature"
    return title, f"{what}/{named[0] if named else number}"


def _end(chance: Random, at: datetime, now: datetime) -> datetime | None:
    """Answer when a pull was merged or closed; None while it is open."""
    end = at + timedelta(hours=chance.randint(2, 90), minutes=chance.randrange(60))
    if end >= now - timedelta(hours=1) or chance.random() < 0.06:
        return None
    return end


def _commits(
    chance: Random,
    kind: Kind,
    title: str,
    author: str,
    branch: str,
    at: datetime,
    end: datetime | None,
    merged: datetime | None,
    named: tuple[int, ...],
    bump: bool,
) -> list[Commit]:
    count = 1 if bump else chance.randint(1, 4)
    last = end or at + timedelta(minutes=50)
    times = [at - timedelta(minutes=20)] + sorted(
        moment(chance, at, last - timedelta(minutes=5)) for _ in range(count - 1)
    )
    made = []
    for order, when in enumerate(times):
        text = title if order == 0 else chance.choice(("검토 의견 반영", "시험 추가", "Tidy up"))
        message = text + "".join(f"\n\nrefs #{n}" for n in named if order == 0)
        made.append(
            Commit(
                sha=sha(chance),
                repository=kind.repository,
                author=author,
                message=message,
                at=when,
                paths=("package.json",) if bump else (chance.choice(kind.paths),),
                branch=branch,
                on_main=merged,
                tickets=named if order == 0 else (),
            )
        )
    return made


def _reviews(
    chance: Random, author: str, at: datetime, until: datetime, merged: bool
) -> tuple[Review, ...]:
    others = [login for login in IT_PEOPLE if login != author]
    first, second = chance.sample(others, 2)
    reviews = []
    if chance.random() < 0.3:
        when = moment(chance, at, until)
        body = "경계값 시험이 빠졌습니다."
        reviews.append(Review(author=first, state="CHANGES_REQUESTED", at=when, body=body))
    if merged:
        since = reviews[-1].at if reviews else at
        when = moment(chance, since, until)
        reviews.append(Review(author=first, state="APPROVED", at=when, body="좋습니다."))
    if chance.random() < 0.2:
        when = moment(chance, at, until)
        reviews.append(
            Review(author=second, state="COMMENTED", at=when, body="질문 하나 남깁니다.")
        )
    return tuple(sorted(reviews, key=lambda review: review.at))


def _with_odd_ones(pulls: list[Pull]) -> list[Pull]:
    """Answer the pulls with one whose fork is deleted."""
    changed = list(pulls)
    closed = [n for n, pull in enumerate(pulls) if pull.state == "closed"]
    if closed:
        changed[closed[0]] = replace(pulls[closed[0]], fork_deleted=True)
    return changed


def releases(
    chance: Random, commits: tuple[Commit, ...], tickets: tuple[Ticket, ...], now: datetime
) -> tuple[Release, ...]:
    """Answer what was released: one draft, one prerelease, each with its Redmine version."""
    listed = (
        ("abc/portal", "v2.2.0", "2.2", -78), ("abc/portal", "v2.3.0", "2.3", -44),
        ("abc/portal", "v2.3.1", "2.3.1", -19), ("abc/portal", "v2.4.0-rc.1", "2.4", -4),
        ("abc/portal", "v2.4.0", "2.4", None),
        ("abc/api", "v2.2.0", "2.2", -78), ("abc/api", "v2.3.0", "2.3", -44),
        ("abc/api", "v2.3.1", "2.3.1", -19), ("abc/api", "v2.4.0-rc.1", "2.4", -5),
        ("abc/batch", "v2.3.0", "2.3", -43),
        ("abc/mobile", "1.0.0", "1.0", -60), ("abc/mobile", "1.1.0-beta", "1.1", -8),
    )  # fmt: skip
    made = []
    for number, (repository, tag, version, days) in enumerate(listed, 1):
        at = now - timedelta(days=1, hours=3) if days is None else now + timedelta(days=days)
        ours = [c for c in commits if c.repository == repository and c.on_main and c.on_main < at]
        named = tuple(t.number for t in tickets if t.version == version and t.created < at)[:6]
        notes = "\n".join(f"- #{n}" for n in named)
        made.append(
            Release(
                id=71_000_000 + number,
                repository=repository,
                tag=tag,
                name=f"{repository.partition('/')[2]} {tag}",
                body=f"## 변경 내용\n{notes}\n\n(sample)",
                author=chance.choice(IT_PEOPLE),
                sha=ours[-1].sha,
                created=at - timedelta(hours=2),
                published=None if days is None else at,
                draft=days is None,
                prerelease="-" in tag,
                version=version,
                tickets=named,
            )
        )
    return tuple(made)
