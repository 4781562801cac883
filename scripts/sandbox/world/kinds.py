"""What the ABC world's repositories are worked on for (sample data)."""

from dataclasses import dataclass


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
