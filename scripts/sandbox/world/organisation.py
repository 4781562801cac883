"""Who and what there is in the ABC world (sample data): the part that chance has no hand in."""

from datetime import datetime, timedelta

from sandbox.world.things import (
    FREESTYLE,
    MULTIBRANCH,
    PIPELINE,
    Job,
    Person,
    Project,
    Repository,
    Service,
    Version,
)

IT = "it-planning"
BUSINESS = "new-business"
MANAGERS = "abc-managers"  # where reports for the managers of both teams are read

PEOPLE = tuple(
    Person(lastname=last, firstname=first, team=team, login=login, jenkins=jenkins, github=github)
    for last, first, team, login, jenkins, github in (
        ("김", "서준", IT, "seojun", "sjkim", "seojun-kim"),
        ("이", "하은", IT, "haeun", "helee", "haeun-lee"),
        ("박", "도윤", IT, "doyun", "dypark", "doyun-park"),
        ("최", "지우", IT, "jiwoo", "jwchoi", "jiwoo-choi"),
        ("정", "예준", IT, "yejun", "yjjung", "yejun-jung"),
        ("강", "수아", BUSINESS, "sua", "sakang", "sua-kang"),
        ("조", "민재", BUSINESS, "minjae", "mjcho", "minjae-cho"),
        ("윤", "채원", BUSINESS, "chaewon", "cwyoon", "chaewon-yoon"),
        ("임", "지호", BUSINESS, "jiho", "jhlim", "jiho-lim"),
        ("한", "유진", "", "yujin", "", ""),
        ("오", "세훈", "", "sehun", "", ""),
        ("Carter", "Emily", "", "emily", "", ""),
    )
)
IT_PEOPLE = tuple(person.login for person in PEOPLE if person.team == IT)
BUSINESS_PEOPLE = tuple(person.login for person in PEOPLE if person.team == BUSINESS)
REPORTERS = tuple(person.login for person in PEOPLE if not person.team)

PROJECTS = (
    Project(
        identifier="abc",
        name="ABC시스템",
        description="ABC시스템의 서비스 데스크입니다. (샘플 데이터)",
        categories=("공통", "계정", "문서"),
    ),
    Project(
        identifier="abc-app",
        name="ABC 애플리케이션",
        description="포털, API, 배치, 모바일 앱. (샘플 데이터)",
        parent="abc",
        categories=("포털", "API", "배치", "모바일"),
    ),
    Project(
        identifier="abc-infra",
        name="ABC 인프라",
        description="서버, 네트워크, 빌드 환경. (샘플 데이터)",
        parent="abc",
        categories=("서버", "네트워크", "스토리지", "CI/CD", "보안"),
    ),
    Project(
        identifier="abc-biz",
        name="ABC 사업",
        description="신사업팀의 요구사항, 교육, 시험 운영. (샘플 데이터)",
        parent="abc",
        categories=("요구사항", "교육", "지표"),
    ),
    Project(
        identifier="abc-legacy",
        name="ABC 구시스템",
        description="종료된 구 과금 시스템의 기록. (샘플 데이터)",
        parent="abc",
        closed=True,
        categories=("구 과금",),
    ),
    Project(
        identifier="abc-sec",
        name="ABC 보안",
        description="IT기획팀만 보는 보안 경고와 비공개 서비스의 사건. (샘플 데이터)",
        parent="abc",
        team=IT,
        categories=("취약점", "비밀 값"),
    ),
    Project(
        identifier=MANAGERS,
        name="ABC 관리자",
        description="두 팀의 관리자가 읽는 보고. (샘플 데이터)",
        parent="abc",
        inner=True,
    ),
)

FOLDERS = ("abc", "abc/build", "abc/deploy", "abc/test", "abc/security", "abc/infra", "abc/ops")

JOBS = (
    Job(name="abc/build/portal", job_class=PIPELINE, repository="abc/portal"),
    Job(
        name="abc/build/api",
        job_class=MULTIBRANCH,
        repository="abc/api",
        branches=("main", "develop", "feature/login", "release/2.4"),
    ),
    Job(name="abc/build/batch", job_class=FREESTYLE, repository="abc/batch"),
    Job(name="abc/build/mobile", job_class=PIPELINE, repository="abc/mobile"),
    Job(
        name="abc/deploy/portal-staging",
        job_class=PIPELINE,
        repository="abc/portal",
        deploys="staging",
    ),
    Job(
        name="abc/deploy/portal-prod",
        job_class=PIPELINE,
        repository="abc/portal",
        deploys="production",
    ),
    Job(name="abc/deploy/api-prod", job_class=PIPELINE, repository="abc/api", deploys="production"),
    Job(name="abc/test/e2e", job_class=PIPELINE, repository="abc/portal"),
    Job(name="abc/test/performance", job_class=FREESTYLE, repository="abc/portal"),
    Job(name="abc/security/zap-scan", job_class=FREESTYLE, repository="abc/portal"),
    Job(name="abc/infra/terraform-apply", job_class=PIPELINE, repository="abc/infra"),
    Job(name="abc/infra/ansible-nightly", job_class=FREESTYLE, repository="abc/infra"),
    Job(name="abc/ops/db-backup", job_class=FREESTYLE, description="매일 새벽 DB 백업"),
    Job(
        name="abc/ops/legacy-export",
        job_class=FREESTYLE,
        disabled=True,
        description="구 과금 자료 반출 (중지됨)",
    ),
)

SERVICES = (
    Service(
        id="portal",
        name="ABC 포털",
        team=IT,
        repositories=("abc/portal",),
        jobs=tuple(job.name for job in JOBS if job.repository == "abc/portal"),
        projects=("abc-app",),
    ),
    Service(
        id="api",
        name="ABC API",
        team=IT,
        repositories=("abc/api",),
        jobs=("abc/build/api", "abc/deploy/api-prod"),
    ),
    Service(
        id="batch",
        name="ABC 배치",
        team=IT,
        repositories=("abc/batch",),
        jobs=("abc/build/batch",),
    ),
    Service(
        id="mobile",
        name="ABC 모바일",
        team=IT,
        repositories=("abc/mobile",),
        jobs=("abc/build/mobile",),
    ),
    Service(
        id="infra",
        name="ABC 인프라",
        team=IT,
        repositories=("abc/infra",),
        jobs=("abc/infra/terraform-apply", "abc/infra/ansible-nightly", "abc/ops/db-backup"),
        projects=("abc-infra",),
    ),
    Service(id="docs", name="ABC 문서", team=IT, repositories=("abc/docs",)),
    Service(
        id="legacy-billing",
        name="구 과금",
        team=IT,
        repositories=("abc/legacy-billing",),
        projects=("abc-legacy",),
    ),
)


def repositories(now: datetime) -> tuple[Repository, ...]:
    """Answer the seven repositories, as old as they are at `now`."""
    listed = (
        ("abc/portal", "ABC 포털 (web portal, sample)", "TypeScript", 900),
        ("abc/api", "ABC API (backend, sample)", "Java", 880),
        ("abc/batch", "ABC 야간 배치 (night jobs, sample)", "Python", 700),
        ("abc/mobile", "ABC 모바일 앱 (app, sample)", "Kotlin", 400),
        ("abc/infra", "Terraform과 Ansible (sample)", "HCL", 860),
        ("abc/docs", "문서와 위키 (documentation, sample)", "Markdown", 600),
        ("abc/legacy-billing", "구 과금 (legacy billing, sample)", "Java", 2400),
    )
    return tuple(
        Repository(
            name=name,
            description=description,
            language=language,
            created=now - timedelta(days=age),
            private=name == "abc/infra",
            alerts=name != "abc/legacy-billing",
        )
        for name, description, language, age in listed
    )


def versions(now: datetime) -> tuple[Version, ...]:
    """Answer Redmine's versions: those of the releases, and two of the infrastructure."""
    listed = (
        ("abc-app", "1.0", "closed", -60, "모바일 앱 첫 출시"),
        ("abc-app", "1.1", "open", 12, "모바일 알림 개선"),
        ("abc-app", "2.2", "closed", -78, "포털·API 정기 릴리스"),
        ("abc-app", "2.3", "closed", -44, "포털·API 정기 릴리스"),
        ("abc-app", "2.3.1", "locked", -19, "긴급 수정"),
        ("abc-app", "2.4", "open", 9, "포털·API 정기 릴리스"),
        ("abc-infra", "인프라 1차", "closed", -30, "빌드 서버 증설"),
        ("abc-infra", "인프라 2차", "open", 25, "DB 이중화"),
        ("abc-biz", "시험 운영 2차", "open", 16, "신사업팀 주관 시험 운영"),
    )
    return tuple(
        Version(
            project=project,
            name=name,
            status=status,
            due=now + timedelta(days=days),
            description=description,
        )
        for project, name, status, days, description in listed
    )
