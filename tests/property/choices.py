"""What people choose from in the sequences."""

from hypothesis import strategies as st

from itsm_sync.model.tickets import FieldName

TITLES = (
    "결제가 안 됩니다",
    "로그인 화면이 안 열려요",
    "데이터베이스 변경 승인 요청: 결제",
    "새 사업을 기획합니다",
)
TRACKERS = ("결함", "지원", "문제", "변경")  # 문제 lacks two of our fields
PROJECTS = ("abc-app", "abc-infra", "elsewhere")  # the last has none of our fields
PEOPLE = ("sua", "haeun", "admin")
CHOICES: dict[FieldName, tuple[str, ...]] = {
    FieldName.PROCESS: ("사건 관리", "변경 관리", ""),
    FieldName.TEAM: ("IT기획팀", "신사업팀", ""),
    FieldName.ROLE: ("서비스 데스크 운영", "지속적 서비스 개선(CSI)", ""),
    FieldName.APPROVING_TEAM: ("IT기획팀", "신사업팀", ""),
}
RENAMED = {"신사업팀": "신사업부", "신사업부": "신사업팀"}
GROUPS_AND_PEOPLE = ("6", "9", "7", "8", "")

MOST = 3  # tickets at a time: more would seldom meet

edits = st.sampled_from(list(CHOICES)).flatmap(
    lambda name: st.tuples(st.just(name), st.sampled_from(CHOICES[name]))
)
person = st.sampled_from(PEOPLE)
which = st.integers(min_value=0, max_value=MOST - 1)
