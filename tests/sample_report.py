"""A report with everything that a document can hold, in two languages: sample numbers."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from itsm_sync.model.words import Language
from itsm_sync.reports.document import (
    Block,
    Chart,
    Column,
    Document,
    Figure,
    Figures,
    Kind,
    Link,
    Marked,
    Notice,
    Point,
    Points,
    Prose,
    Section,
    Shape,
    Table,
    Unit,
    Value,
)

SINCE = datetime(2026, 5, 31, 15, tzinfo=UTC)  # midnight in Seoul
UNTIL = datetime(2026, 6, 30, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)
PROCESSES = ("사건 관리", "서비스 요청 관리", "변경 관리", "릴리스 및 배포 관리", "문제 관리",
             "보안 관리")  # fmt: skip
ENGLISH = ("Incident", "Service request", "Change", "Release and deployment", "Problem", "Security")
Say = Callable[[str, str], str]


def sample(language: Language) -> Document:
    """Answer a monthly report in Korean or English."""

    def say(ko: str, en: str) -> str:
        return ko if language == "ko" else en

    teams = (say("IT기획팀", "IT planning"), say("신사업팀", "New business"))
    return Document(
        name="monthly-service",
        language=language,
        title=say("월간 서비스 보고서", "Monthly service report"),
        subtitle=say("2026년 6월 1일 – 30일", "1 – 30 June 2026"),
        zone="Asia/Seoul",
        since=SINCE,
        until=UNTIL,
        teams=teams,
        sections=(
            Section(title=say("한눈에", "At a glance"), blocks=_glance(say)),
            Section(title=say("흐름", "Flow"), blocks=_flow(say, teams)),
            Section(title=say("서비스 수준", "Service levels"), blocks=_levels(say, teams)),
            Section(title=say("열린 티켓", "Open tickets"), blocks=(_tickets(say, teams),)),
            Section(title=say("용량과 빌드", "Capacity and builds"), blocks=_machines(say)),
        ),
        foot=(
            say(
                "소스: Redmine 2026-07-01 00:03까지, Jenkins 2026-06-27 04:10까지, GitHub"
                " 2026-07-01 00:02까지",
                "Sources: Redmine until 2026-07-01 00:03, Jenkins until 2026-06-27 04:10, GitHub"
                " until 2026-07-01 00:02",
            ),
            say("구성 3f9a12c0으로 만들었습니다", "Made by configuration 3f9a12c0"),
        ),
    )


def _glance(say: Say) -> tuple[Block, ...]:
    return (
        Notice(
            text=say(
                "Jenkins는 6월 27일 04:10부터 읽지 못했습니다. * 표시가 있는 값은 모자랄"
                " 수 있습니다.",
                "Jenkins could not be read from 27 June 04:10 on. Values marked * may be too low.",
            )
        ),
        Figures(
            figures=(
                Figure(label=say("받은 티켓", "Tickets received"), value=214, unit=Unit.TICKETS,
                       before=198),
                Figure(label=say("해결 목표 지킴", "Resolved in time"), value=0.947,
                       unit=Unit.SHARE, before=0.968, better="up"),
                Figure(label=say("첫 응답 (중앙값)", "First response (median)"),
                       value=timedelta(minutes=42), before=timedelta(minutes=65), better="down",
                       unit=Unit.WORKING),
                Figure(label=say("해결 시간 (p90)", "Time to resolve (p90)"),
                       value=timedelta(days=3, hours=4, minutes=11), better="down",
                       before=timedelta(days=3, hours=4)),
                Figure(label=say("배포 빈도", "Deployments"), value=Marked(value=1.4),
                       unit=Unit.PER_DAY, before=1.9, better="up"),
                Figure(label=say("승인 없는 변경", "Unapproved changes"), value=1,
                       unit=Unit.TICKETS, before=1, better="down",
                       note=say("#1043, 긴급 변경", "#1043, an emergency")),
                Figure(label=say("복구 시간", "Time to restore"), value=None,
                       note=say("장애 없음", "no incident")),
            )
        ),
        Prose(
            text=say(
                "6월에는 티켓 214건을 받아 203건을 해결했습니다. 신사업팀의 해결 시간이 길어졌고,"
                " 그 절반은 승인을 기다린 시간입니다.",
                "214 tickets came in June and 203 were resolved. New business took longer than in"
                " May; half of that was waiting for approval.",
            )
        ),
        Points(
            points=(
                say("승인 대기를 줄이십시오: 결제 서비스의 변경 7건이 사흘 넘게 기다렸습니다.",
                    "Shorten the wait for approval: seven changes waited over 3 days."),
                say("ci-agent-3의 디스크가 3주 뒤 찹니다.",
                    "The disk of ci-agent-3 is full in three weeks."),
                say("반복되는 문제 두 건에 담당이 없습니다.", "Two problems have no owner."),
            )
        ),
    )  # fmt: skip


def _flow(say: Say, teams: tuple[str, str]) -> tuple[Block, ...]:
    open_ = [Point(x=date(2026, 6, day), y=y, series=team)
             for team, start in zip(teams, (31, 24), strict=True)
             for day in range(1, 31)
             for y in (start + (day * 7 % 11) - day // (3 if start > 30 else 6),)]  # fmt: skip
    names = PROCESSES if say("k", "e") == "k" else ENGLISH
    process = [Point(x=name, y=float(y), series=team)
               for team, ys in zip(teams, ((52, 31, 28, 19, 6, 11), (3, 22, 17, 21, 2, 2)),
                                   strict=True)
               for name, y in zip(names, ys, strict=True)]  # fmt: skip
    weeks = [Point(x=date(2026, 6, 1) + timedelta(weeks=week), y=float(y), series=kind)
             for kind, ys in ((say("받음", "received"), (48, 55, 51, 60)),
                              (say("해결", "resolved"), (44, 57, 49, 53)))
             for week, y in enumerate(ys)]  # fmt: skip
    columns = (
        Column(title=say("프로세스", "Process")),
        Column(title=teams[0], kind=Kind.NUMBER, unit=Unit.TICKETS),
        Column(title=teams[1], kind=Kind.NUMBER, unit=Unit.TICKETS),
        Column(title=say("모두", "All"), kind=Kind.NUMBER, unit=Unit.TICKETS),
        Column(title=say("몫", "Share"), kind=Kind.SHARE),
    )
    sums = [(int(process[n].y), int(process[n + 6].y)) for n in range(6)]
    rows = tuple((name, a, b, a + b, (a + b) / 214)
                 for name, (a, b) in zip(names, sums, strict=True))  # fmt: skip
    return (
        Chart(name="backlog", title=say("열린 티켓", "Open tickets"), shape=Shape.LINE,
              points=tuple(open_), unit=Unit.TICKETS,
              said=say("IT기획팀은 31건에서 24건으로, 신사업팀은 24건에서 21건으로 줄었습니다.",
                       "IT planning fell from 31 to 24, New business from 24 to 21.")),
        Chart(name="by-process", title=say("프로세스별 티켓", "Tickets by process"),
              shape=Shape.STACK, points=tuple(process), unit=Unit.TICKETS,
              said=say("사건 관리가 55건으로 가장 많습니다.", "Incidents lead with 55.")),
        Table(name="by-process", title=say("프로세스별 티켓", "Tickets by process"),
              columns=columns, rows=rows,
              total=(say("합계", "Total"), sum(a for a, _ in sums), sum(b for _, b in sums), 214,
                     1.0)),
        Chart(name="weekly", title=say("주별 받음과 해결", "Received and resolved by week"),
              shape=Shape.BARS, points=tuple(weeks), unit=Unit.TICKETS, target=50,
              target_label=say("처리 능력", "capacity"),
              said=say("마지막 주에 받은 것이 7건 많습니다.", "The last week gained seven.")),
    )  # fmt: skip


def _levels(say: Say, teams: tuple[str, str]) -> tuple[Block, ...]:
    months = [Point(x=date(2026, month, 1), y=y, series=team)
              for team, ys in zip(teams, ((0.93, 0.95, 0.961, 0.958, 0.97, 0.962),
                                          (0.97, 0.94, 0.955, 0.949, 0.966, 0.925)), strict=True)
              for month, y in enumerate(ys, start=1)]  # fmt: skip
    rows: tuple[tuple[Value, ...], ...] = (
        (teams[0], "P1", 4, timedelta(minutes=12), 30 * HOUR + timedelta(minutes=20), 1.0),
        (teams[0], "P2", 31, timedelta(minutes=38), 16 * HOUR, 0.968),
        (teams[1], "P1", 2, timedelta(minutes=25), 41 * HOUR, 0.5),
        (teams[1], "P2", 18, timedelta(hours=1, minutes=5), 131 * HOUR, Marked(value=0.944)),
        (teams[1], "P3", 0, None, None, None),
    )
    columns = (
        Column(title=say("팀", "Team")),
        Column(title=say("우선순위", "Priority")),
        Column(title=say("티켓", "Tickets"), kind=Kind.NUMBER, unit=Unit.TICKETS),
        Column(title=say("첫 응답", "First response"), kind=Kind.DURATION, unit=Unit.WORKING),
        Column(title=say("해결", "Resolution"), kind=Kind.DURATION, unit=Unit.WORKING),
        Column(title=say("지킴", "Kept"), kind=Kind.SHARE),
    )
    causes = ((say("외부 결제사의 응답을 기다림 (다른 회사)", "Waiting for the provider"), 38.5),
              (say("승인 대기", "Waiting for approval"), 31.25),
              (say("담당자 부재", "Nobody in charge was in"), 12.0),
              (say("다시 열림", "Reopened"), 6.4))  # fmt: skip
    return (
        Chart(name="kept", title=say("해결 목표를 지킨 몫", "Share resolved in time"),
              shape=Shape.LINE, points=tuple(months), unit=Unit.SHARE, target=0.95,
              target_label=say("목표", "target"),
              said=say("신사업팀은 6월에 92.5%로 목표 아래입니다.",
                       "New business is below the target in June.")),
        Table(name="levels", title=say("우선순위별", "By priority"), columns=columns, rows=rows,
              note=say("시간은 업무 시간(평일 9–18시)으로 셉니다.",
                       "Counted in business hours, 9 to 18 on weekdays.")),
        Chart(name="causes", title=say("목표를 넘긴 까닭", "Why targets were missed"),
              shape=Shape.ROWS, unit=Unit.HOURS,
              points=tuple(Point(x=name, y=y) for name, y in causes),
              said=say("외부 응답 대기가 38.5시간으로 가장 깁니다.", "The provider: 38.5 hours.")),
    )  # fmt: skip


def _tickets(say: Say, teams: tuple[str, str]) -> Table:
    titles = (
        "포털 로그인이 안 됩니다",
        "결제 승인이 늦습니다 (카드사 A)",
        "VPN 계정 요청",
        "운영 DB 용량 증설",
        "주문 내보내기 오류 ‘NullPointerException: order.customer’",
    )
    rows = tuple(
        (
            Link(f"#{1000 + n}", f"https://redmine.example.com/issues/{1000 + n}"),
            titles[n % 5],
            teams[n % 2],
            datetime(2026, 6, 1 + n * 2 % 30, n, 13, tzinfo=UTC),
            timedelta(hours=n * 17 + 2),
        )
        for n in range(14)
    )
    columns = (
        Column(title=say("티켓", "Ticket"), kind=Kind.LINK),
        Column(title=say("제목", "Title")),
        Column(title=say("팀", "Team")),
        Column(title=say("받은 때", "Received"), kind=Kind.TIME),
        Column(title=say("나이", "Age"), kind=Kind.DURATION),
    )
    return Table(name="open", title=say("가장 오래된 열린 티켓", "The oldest open tickets"),
                 columns=columns, rows=rows,
                 more=say("31건이 더 있습니다.", "31 more."))  # fmt: skip


def _machines(say: Say) -> tuple[Block, ...]:
    disk = [Point(x=date(2026, 6, 1) + timedelta(days=2 * n), y=(410 + 9.5 * n) * 1e9)
            for n in range(15)]  # fmt: skip
    jobs = [Point(x=job, y=y, series=kind)
            for kind, ys in ((say("성공", "passed"), (310, 144, 96)),
                             (say("실패", "failed"), (12, 31, 4)),
                             (say("불안정", "flaky"), (8, 3, 17)))
            for job, y in zip(("portal", "payment", "batch"), ys, strict=True)]  # fmt: skip
    return (
        Chart(name="disk", title=say("ci-agent-3 디스크", "Disk of ci-agent-3"), shape=Shape.LINE,
              points=tuple(disk), unit=Unit.BYTES, target=600e9,
              target_label=say("한도", "limit"),
              said=say("3주 뒤 한도에 닿습니다.", "It reaches the limit in three weeks.")),
        Chart(name="builds", title=say("빌드 결과", "Builds by result"), shape=Shape.BARS,
              points=tuple(jobs), unit=Unit.BUILDS,
              said=say("payment에서 31번 실패했습니다.", "payment failed 31 times.")),
        Chart(name="nothing", title="?", shape=Shape.LINE, points=(Point(x="a", y=1.0),)),
    )  # fmt: skip
