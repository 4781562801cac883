"""Wiki pages of the ABC world's Redmine (sample data)."""

from datetime import datetime, timedelta

from sandbox.world.things import WikiPage

_PAGES = (
    ("abc", "Wiki", "seojun", 88, "", """\
h1. ABC시스템 (샘플 데이터)

* [[운영 절차서]]
* [[아키텍처]]
* [[인수인계 체크리스트]]
"""),
    ("abc", "운영 절차서", "haeun", 61, "Wiki", """\
h1. 운영 절차서

h2. 매일 아침

# 배치 결과를 봅니다. 실패했으면 일감을 만듭니다.
# abc/ops/db-backup 이 초록색인지 봅니다.
# 밤사이 들어온 일감을 담당자에게 알립니다.

h2. 배포 되돌리기

# 신사업팀 변경 관리자에게 알립니다.
# 이전 태그로 abc/deploy/portal-prod 를 다시 실행합니다.
"""),
    ("abc", "아키텍처", "doyun", 57, "Wiki", """\
h1. 아키텍처

|_. 서비스 |_. 저장소 |_. 서버 |
| 포털 | abc/portal | web-01, web-02 |
| API | abc/api | api-prod-01, api-prod-02 |
| 배치 | abc/batch | batch-01 |
| DB | - | db-01 |

그림은 오픈 전 것입니다. 모바일이 빠져 있습니다.
"""),
    ("abc", "인수인계 체크리스트", "jiwoo", 40, "Wiki", """\
h1. 인수인계 체크리스트

|_. 항목 |_. 상태 |
| 소스 저장소 권한 | 완료 |
| 배치 설명 | 미완료 |
| 외부 연동 계정 | 미완료 |
| 복구 절차 | 미완료 |
| 운영자 교육 | 진행 |
"""),
    ("abc-infra", "Wiki", "yejun", 70, "", """\
h1. ABC 인프라

* 빌드 에이전트: agent-01 ~ agent-04
"""),
    ("abc-biz", "Wiki", "sua", 66, "", "h1. ABC 사업\n\n* [[시험 운영 안내]]\n"),
    ("abc-biz", "시험 운영 안내", "minjae", 18, "Wiki", """\
h1. 시험 운영 안내

참여 지점은 2주 동안 새 정산 화면을 씁니다. 불편한 점은 일감으로 남겨 주세요.
"""),
)  # fmt: skip


def wiki_pages(now: datetime) -> tuple[WikiPage, ...]:
    """Answer the pages, a parent before those below it."""
    return tuple(
        WikiPage(
            project=project,
            title=title,
            text=text,
            author=author,
            at=now - timedelta(days=days),
            parent=parent,
        )
        for project, title, author, days, parent, text in _PAGES
    )
