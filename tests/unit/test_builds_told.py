"""What the ticket of failed builds says: the failure, its cause, how it goes on."""

import string
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from itsm_sync.locale import catalogue, say
from itsm_sync.model.items import Audience, Item
from itsm_sync.model.prose import Verbatim
from itsm_sync.model.signals import Episode, Standing, Telling
from itsm_sync.model.watching import Builds as Section
from itsm_sync.model.watching import Duration
from itsm_sync.model.words import Words
from itsm_sync.signals.builds.lines import Builds
from tests.builders import NOON, item
from tests.builds import DAY, HOUR, MINUTE, A, B, build, deployment, pull, repository, run
from tests.known import FakeKnown
from tests.prose import whole, words

SEOUL = ZoneInfo("Asia/Seoul")
KEY = "builds/0123456789/20260302T120000Z"


def episode(*failures: Item, section: Section | None = None, **changes: Any) -> Episode:
    """The open episode of these failures, as the life cycle makes it."""
    signal = Builds(section=section or Section(), zone=SEOUL)
    said = [one for item in failures for one in signal.observe(item, NOON)]
    values: dict[str, Any] = {
        "key": KEY,
        "signal": "builds",
        "line": said[0].line,
        "standing": Standing.OPEN,
        "began": said[0].at,
        "opened": said[-1].at,
        "count": len(said),
        "first": said[0].item,
        "last": said[-1].item,
        "last_at": said[-1].at,
        "fingerprints": tuple(dict.fromkeys(one.fingerprint for one in said)),
        "facts": said[0].facts,
        "audience": said[0].audience,
    }
    return Episode(**(values | changes))


def told(
    *failures: Item,
    others: tuple[Item, ...] = (),
    tickets: dict[str, int] | None = None,
    section: Section | None = None,
    **changes: Any,
) -> Telling:
    lived = episode(*failures, section=section, **changes)
    known = FakeKnown(all_items=(*failures, *others), tickets=tickets or {})
    return Builds(section=section or Section(), zone=SEOUL).tell(lived, known)


# ------------------------------------------------------------------------------ as it is opened


@pytest.mark.parametrize(
    ("failed", "english", "korean"),
    [
        (
            build(),
            "Build failed: abc/build/portal (main)",
            "빌드 실패: abc/build/portal (main)",
        ),
        (
            build(job="abc/build/api/release/2.4", branch="release/2.4"),
            "Build failed: abc/build/api (release/2.4)",
            "빌드 실패: abc/build/api (release/2.4)",
        ),
        (build(branch=None), "Build failed: abc/build/portal", "빌드 실패: abc/build/portal"),
        (
            build(job="abc/deploy/portal-prod", deploys=True, environment="production"),
            "Deployment to production failed: abc/deploy/portal-prod",
            "production 배포 실패: abc/deploy/portal-prod",
        ),
        (
            run(),
            "Workflow failed: CI (main) in abc/portal",
            "워크플로 실패: CI (main), abc/portal",
        ),
    ],
)
def test_the_subject_names_what_failed(failed: Item, english: str, korean: str) -> None:
    subject = told(failed).subject
    assert (say(subject, "en"), say(subject, "ko")) == (english, korean)


def test_the_description_tells_the_first_failure() -> None:
    first = build(
        failed_stage="Test",
        error_line="connection refused",
        node="node-1",
        culprits=("sjkim", "helee"),
        commits=(A, B),
        failed_tests=("a.LoginTest.works",),
        log="+ make test\nconnection refused",
    )
    said = words(told(first, others=(repository(),)).description)
    for line in (
        "* First failure: abc/build/portal #17 <https://jenkins.example.com/17/>",
        "* Stage: Test",
        "* Error: connection refused",
        "* Node: node-1",
        "* Changed by: sjkim, helee",
        f"* aaaaaaaaaa <https://github.example.com/abc/portal/commit/{A}>",
        "* a.LoginTest.works",
        "+ make test\nconnection refused",
    ):
        assert line in said


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("오류: 가격 캐시", "가격 캐시"),
        ("ERROR : disk full", "disk full"),
        ("[ERROR] Failed to execute goal", "[ERROR] Failed to execute goal"),
        ("[Error]: no space", "no space"),
        ("errors: 3", "errors: 3"),
        ("Error:", "Error:"),
    ],
)
def test_an_error_that_its_log_labelled_has_one_label(line: str, shown: str) -> None:
    said = words(told(build(error_line=line)).description)
    assert f"* Error: {shown}" in said.splitlines()


def test_the_change_that_surely_caused_it_is_named_with_the_reason_and_related() -> None:
    cause = pull(references=("redmine:issue/7", "redmine:issue/8"))
    telling = told(build(commits=(A,)), others=(cause, item(7)))
    said = words(telling.description)
    assert "* Confidence: high" in said
    assert "only pull request among the commits" in said
    assert "* Pull request: abc/portal PR 7 로그인 화면을 고침" in said
    assert "(haeun-lee)" in said
    # a ticket that is not there is neither named nor related
    assert "#7" in said
    assert "#8" not in said
    assert telling.related == ("redmine:issue/7",)


def test_a_change_that_only_may_have_caused_it_is_not_related() -> None:
    several = [pull(n, merge_sha=A, references=("redmine:issue/7",)) for n in (1, 2)]
    telling = told(build(commits=(A,)), others=(*several, item(7)))
    assert "* Confidence: medium" in words(telling.description)
    assert telling.related == ()


def test_long_lists_are_cut_and_say_so() -> None:
    many = tuple(f"a.Test.case{n}" for n in range(60))
    said = words(told(build(failed_tests=many)).description)
    assert said.count("a.Test.case") == 20
    assert "* and 40 more" in said


def test_the_episode_before_is_named_and_related() -> None:
    before = "builds/0123456789/20260201T120000Z"
    telling = told(build(), previous=before, tickets={before: 41})
    assert "* Failed before: #41" in words(telling.description)
    assert telling.related == (before,)


@pytest.mark.parametrize(
    ("failed", "priority"),
    [
        (build(), "높음"),
        (build(deploys=True, environment="staging"), "높음"),
        (build(deploys=True, environment="Production"), "긴급"),
    ],
)
def test_a_failed_deployment_to_production_is_more_urgent(failed: Item, priority: str) -> None:
    assert told(failed).priority == priority


def test_the_place_follows_the_service_or_the_settings() -> None:
    assert told(build()).project == "abc-app"
    assert told(build(service_project=None)).project == ""
    assert told(build(), section=Section(project="abc")).project == "abc"


def test_it_is_due_so_many_days_after_it_opened_in_the_zone() -> None:
    late = build(at=NOON.replace(hour=16))  # the next day in Seoul
    assert told(late, section=Section(due_days=1)).due == date(2026, 3, 4)
    assert told(late).due is None


def test_the_settings_may_say_it_in_their_own_words() -> None:
    own = Section(
        subject=Words(ko="[{job}] 실패 {branch}", en="[{job}] broken {branch}"),
        intro=Words(ko="당직에게 {environment}", en="Call {controller}"),
    )
    telling = told(build(), section=own)
    assert say(telling.subject, "ko") == "[abc/build/portal] 실패 main"
    assert say(telling.subject, "en") == "[abc/build/portal] broken main"
    assert words(telling.description).startswith("Call ci\n")


# ------------------------------------------------------------------------------ as it goes on


def test_the_live_part_counts_and_links_the_last_failure_and_the_success_before() -> None:
    failures = [build(17), build(18), build(19)]
    green = build(16, "SUCCESS")
    said = words(told(*failures, others=(green,), green=green.key, count=5).live)
    assert "* Failures: 5" in said
    assert "* Since: 2026-03-02 21:00" in said
    assert "* Last failure: abc/build/portal #19 <https://jenkins.example.com/19/>" in said
    assert "(2026-03-02 23:00)" in said
    assert "* Last success before: abc/build/portal #16" in said
    assert "causes" not in said


def test_the_live_part_tells_causes_and_how_the_suspected_change_stands() -> None:
    first = build(17, commits=(A,), error="x")
    last = build(18, error="y", error_line="disk full", failed_stage="Pack")
    said = words(told(first, last, others=(pull(),)).live)
    assert "* Different causes seen: 2" in said
    assert "* Its error: Pack: disk full" in said
    assert "* May have caused it: 로그인 화면을 고침" in said
    assert "merged 2026-03-02 20:00 (doyun-park)" in said


def test_the_log_of_the_last_failure_is_told_where_that_of_the_first_is_not_known() -> None:
    said = words(told(build(17), build(18, log="no space left")).live)
    assert said.endswith("== From the log\nno space left")
    said = words(told(build(17, log="boom"), build(18, log="no space left")).live)
    assert "no space left" not in said


def test_nothing_but_the_live_part_follows_what_goes_on() -> None:
    early, late = (
        told(*(build(n) for n in range(17, 17 + count)), others=(pull(),)) for count in (1, 9)
    )
    assert early.description == late.description
    assert early.subject == late.subject
    assert early.live != late.live


def test_the_same_facts_make_the_same_telling_in_any_order_of_items() -> None:
    failed, others = build(commits=(A, B)), (pull(1, merge_sha=B), pull(2), repository())
    assert told(failed, others=others) == told(failed, others=others[::-1])


def names(telling: Telling) -> list[str]:
    return [remark.name for remark in telling.remarks]


def test_nothing_is_remarked_while_it_goes_on_for_the_same_cause() -> None:
    assert names(told(build(17), build(18))) == []


def test_another_cause_is_remarked_once_under_its_own_name() -> None:
    first, last = build(17, error="x"), build(18, error="y", error_line="disk full")
    (remark,) = told(first, last).remarks
    assert remark.name.startswith("cause@")
    assert words(remark.text).endswith("disk full")
    again = told(first, last, build(19, error="y", error_line="disk full"))
    assert names(again) == [remark.name]


def test_a_cause_that_is_not_known_is_no_other_cause() -> None:
    for failures in ((build(17, error="x"), build(18)), (build(17), build(18, error="x"))):
        telling = told(*failures)
        assert names(telling) == []
        assert "causes" not in words(telling.live)


def test_what_failed_again_is_remarked_each_time() -> None:
    at = NOON + HOUR
    telling = told(build(17), build(18), reopenings=(NOON, at))
    assert names(telling) == [
        "reopened@20260302T120000Z",
        "reopened@20260302T130000Z",
    ]
    assert "It fails again. abc/build/portal #18" in words(telling.remarks[1].text)


def test_the_proof_is_remarked_when_it_closes() -> None:
    green = build(19, "SUCCESS")
    ended = {"standing": Standing.CLOSED, "ended": green.updated_at, "healed": green.key}
    telling = told(build(17), build(18), others=(green,), **ended)
    assert names(telling) == ["closed@20260302T140000Z"]
    assert "so the ticket is closed. abc/build/portal #19" in words(telling.remarks[0].text)
    assert "* Over since: 2026-03-02 23:00 abc/build/portal #19" in words(telling.live)


def test_a_person_who_closes_it_needs_no_remark() -> None:
    assert names(told(build(), standing=Standing.CLOSED, ended=NOON + DAY)) == []


def test_a_success_on_a_taken_ticket_is_remarked_and_closes_nothing() -> None:
    green = build(18, "SUCCESS")
    well = {"taken": True, "well_since": green.updated_at, "healed": green.key}
    telling = told(build(17), others=(green,), **well)
    assert names(telling) == ["well@20260302T130000Z"]
    assert "it stays open. abc/build/portal #18" in words(telling.remarks[0].text)
    assert "* Succeeds again since: 2026-03-02 22:00" in words(telling.live)


# ------------------------------------------------------------------------------ who may see it


def test_words_of_a_private_change_stay_out_of_what_others_may_see() -> None:
    secret = pull(title="비밀 계획", author="nobody", audience=Audience.PRIVATE)
    telling = told(build(commits=(A,)), others=(secret, repository(audience=Audience.PRIVATE)))
    for language in ("en", "ko"):
        said = whole(telling, language)
        assert "비밀" not in said
        assert "nobody" not in said
        assert "github.example.com" not in said
    assert "* a private pull request" in words(telling.description)
    assert secret.key not in telling.about


def test_what_is_private_itself_tells_and_names_whose_words_it_tells() -> None:
    secret = pull(title="비밀 계획", audience=Audience.PRIVATE)
    failed = build(commits=(A,), audience=Audience.PRIVATE)
    telling = told(failed, others=(secret,))
    assert "비밀 계획" in words(telling.description)
    assert set(telling.about) == {failed.key, secret.key}


def test_the_builds_that_are_told_are_named_too() -> None:
    first, last, green = build(17), build(18), build(16, "SUCCESS")
    telling = told(first, last, others=(green,), green=green.key)
    assert set(telling.about) == {first.key, last.key, green.key}


# ------------------------------------------------------------------------------ odd worlds


def test_a_build_that_is_not_known_any_more_leaves_the_rest_told() -> None:
    """Jenkins fact 5: builds are discarded."""
    lived = episode(build())
    telling = Builds(section=Section(), zone=SEOUL).tell(lived, FakeKnown())
    assert say(telling.subject, "en") == "Build failed: abc/build/portal (main)"
    assert "* Branch: main" in words(telling.description)
    assert "* Failures: 1" in words(telling.live)


HOSTILE = "{job} </pre> @admin #1 {{include(x)}} %s\u202e {0} {" + "x" * 300


def test_hostile_words_are_told_as_they_are() -> None:
    bad = build(
        job=HOSTILE,
        branch=HOSTILE,
        environment=HOSTILE,
        failed_stage=HOSTILE,
        error_line=HOSTILE,
        error=HOSTILE,
        culprits=(HOSTILE,),
        failed_tests=(HOSTILE,),
        commits=(HOSTILE, A),
        log=HOSTILE,
        deploys=True,
    )
    own = Section(subject=Words(ko="{job}", en="{job}"))
    for section in (None, own):
        telling = told(bad, others=(pull(title=HOSTILE, author=HOSTILE),), section=section)
        for language in ("en", "ko"):
            assert HOSTILE in whole(telling, language)
        assert Verbatim(HOSTILE) in telling.description


@pytest.mark.parametrize(
    "facts",
    [
        {"commits": "abc", "culprits": "x", "failed_tests": "y"},
        {"commits": 7, "culprits": True, "failed_stage": 3, "log": ("a",)},
        {"repository": "", "error_line": ""},
    ],
)
def test_facts_of_another_shape_stop_nothing(facts: dict[str, Any]) -> None:
    assert words(told(build(**facts)).description)


def test_every_word_is_there_in_korean() -> None:
    first = build(17, commits=(A,), error="x", failed_stage="Test", error_line="oh", user="sjkim")
    last = build(18, error="y")
    green = build(19, "SUCCESS")
    ended = {"standing": Standing.CLOSED, "ended": green.updated_at, "healed": green.key}
    telling = told(
        first,
        last,
        others=(green, pull(), deployment(), repository()),
        reopenings=(NOON + MINUTE,),
        **ended,
    )
    said = whole(telling, "ko")
    names = "abc build portal ci main sjkim helee haeun lee doyun park Test oh https com PR"
    allowed = {*names.split(), "example", "github", "jenkins", "commit", "pull"}
    words = "".join(c if c in string.ascii_letters else " " for c in said).split()
    assert {w for w in words if len(w) > 1} - allowed - {"a" * 10, "a" * 40} == set()
    assert set(catalogue("ko")) >= {"Failures", "Since"}


def test_notes_keep_the_distance_that_the_settings_say() -> None:
    assert told(build(), section=Section(note_every=Duration(hours=1))).note_every == HOUR


def test_whatever_is_known_fits_into_a_description() -> None:
    long = "가" * 5000
    failed = build(
        failed_tests=tuple(f"{n}{long}" for n in range(100)),
        culprits=tuple(f"{n}{long}" for n in range(100)),
        commits=tuple(f"{n:040x}" for n in range(500)),
        error_line=long,
        failed_stage=long,
        user=long,
        log="x" * 3000,
    )
    said = words(told(failed, others=(repository(),)).description, "ko")
    assert len(said.encode()) < 65_535  # as MySQL keeps a text of Redmine's


def test_a_telling_is_equal_to_itself_a_year_later() -> None:
    failed = build(commits=(A,))
    lived, items = episode(failed), (failed, pull())
    signal = Builds(section=Section(), zone=SEOUL)
    now = signal.tell(lived, FakeKnown(all_items=items))
    later = signal.tell(lived, FakeKnown(all_items=items, now=NOON + 365 * DAY))
    assert now == later == signal.tell(replace(lived), FakeKnown(all_items=items))
