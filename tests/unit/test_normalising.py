"""The same trouble gives the same text, and other troubles give others."""

from collections.abc import Mapping
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itsm_sync.sources.jenkins.normalising import LIMIT, normalised

# Errors as tools tell them, with what changes from build to build.
TROUBLES = (
    "ssh: connect to host api-prod-{n} port {n}: Connection timed out",
    "curl: (7) Failed to connect to 10.{n}.{n}.{n} port {n}: Connection refused",
    "pg_dump: error: could not write to output file: No space left on device",
    "{workspace}src/main/java/App.java:[{n},{n}] cannot find symbol",
    "{workspace}src/main/java/Order.java:[{n},{n}] cannot find symbol",
    "src/app.ts:{n}:{n} - error TS2304: Cannot find name 'x'.",
    "src/app.ts:{n}:{n} - error TS2322: Type 'a' is not assignable to type 'b'.",
    "ORA-00942: table or view does not exist",
    "ORA-01017: invalid username/password; logon denied",
    "ERROR: script returned exit code 1",
    "ERROR: script returned exit code 137",
    "received unexpected HTTP status: 500 after {duration}",
    "received unexpected HTTP status: 404 after {duration}",
    "org.opentest4j.AssertionFailedError: expected: <{n}> but was: <{n}>",
    "Timeout {n}ms exceeded waiting for #login",
    "open {tmp}: no such file or directory",
    "Could not find artifact com.abc:shared:jar:{n}.{n}.{n} in nexus (https://nexus:{n}/r?t={n})",
    "job {uuid} was not found at {time}",
    "error: unable to checkout {sha}",
    "java.lang.IllegalStateException: com.abc.Session@{hex} is closed",
    "pod abc-api-{pod} in CrashLoopBackOff after {duration}",
    "오류: {n}건의 정산이 {duration} 안에 끝나지 않았습니다 (db-{n})",
    "오류: 로그인 서버가 응답하지 않습니다 ({time})",
)
STAMPS = ("", "[2026-11-29T20:52:41.123Z] ", "20:52:41 ", "[09:01:02]  ", "2026-11-29 20:52:41,5 ")

numbers = st.integers(min_value=2, max_value=99_999).map(str)
hexes = st.text(alphabet="0123456789abcdef", min_size=8, max_size=8).filter(
    lambda text: not text.isalpha()
)
kinds: Mapping[str, st.SearchStrategy[str]] = {
    "n": numbers,
    "hex": hexes,
    "sha": st.tuples(hexes, hexes, hexes, hexes, hexes).map("".join),
    "uuid": st.uuids().map(str),
    "time": st.datetimes()
    .map(lambda at: at.strftime("%Y-%m-%d %H:%M:%S"))
    .filter(lambda text: len(text) == 19),
    "duration": st.one_of(
        numbers.map(lambda n: f"{n}s"),
        numbers.map(lambda n: f"{n} ms"),
        st.tuples(numbers, numbers).map(lambda two: f"{two[0]}m {two[1]}s"),
        st.tuples(numbers, numbers).map(lambda two: f"{two[0]}분 {two[1]}초"),
    ),
    "workspace": st.sampled_from(
        (
            "/var/lib/jenkins/workspace/abc_api_main/",
            "/var/lib/jenkins/workspace/abc_api_main@2/",
            "/home/jenkins/agent/workspace/abc/build/api/",
        )
    ),
    "tmp": st.tuples(hexes, hexes).map(lambda two: f"/tmp/jenkins{two[0]}/{two[1]}.sh"),
    "pod": hexes.map(lambda text: f"7d{text[:7]}-x2{text[:3]}"),
}


class Chance(Mapping[str, str]):
    """Values for `str.format_map`, each time drawn anew."""

    def __init__(self, data: st.DataObject) -> None:
        self._data = data

    def __getitem__(self, kind: str) -> str:
        return self._data.draw(kinds[kind])

    def __iter__(self) -> object:  # type: ignore[override]
        return iter(kinds)

    def __len__(self) -> int:
        return len(kinds)


@given(st.sampled_from(TROUBLES), st.sampled_from(STAMPS), st.sampled_from(STAMPS), st.data())
def test_the_same_trouble_gives_the_same_text(
    trouble: str, one: str, other: str, data: st.DataObject
) -> None:
    first = normalised(one + trouble.format_map(Chance(data)))
    assert normalised(other + trouble.format_map(Chance(data))) == first


@given(st.data())
def test_other_troubles_give_other_texts(data: st.DataObject) -> None:
    said = [normalised(trouble.format_map(Chance(data))) for trouble in TROUBLES]
    assert all(one != other for one, other in combinations(said, 2))


@given(st.text(max_size=500))
def test_any_text_is_normalised_to_one_short_line(text: str) -> None:
    said = normalised(text)
    assert len(said) <= LIMIT
    assert "\n" not in said


@given(st.sampled_from(TROUBLES), st.data())
def test_what_is_normalised_stays_as_it_is(trouble: str, data: st.DataObject) -> None:
    said = normalised(trouble.format_map(Chance(data)))
    assert normalised(said) == said


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("fatal: [web-02]: UNREACHABLE!", "fatal: [web-<n>]: UNREACHABLE!"),
        ("utf8 codec, sha256 sum, web02", "utf8 codec, sha256 sum, web<n>"),
        ("lib-2.17.1.jar in /home/sjkim/.m2", "lib-<n>.jar in /home/<user>/.m2"),
        (
            "D:\\ci\\workspace\\a\\b\\c.cs(12,3): error CS1002",
            "<workspace>/c.cs(<n>): error CS1002",
        ),
        ("GET https://h:80/a?x=1&y=2 failed", "GET https://h:<n>/a?<query> failed"),
        ("FAIL src/a.test.js (5.2 s)", "FAIL src/a.test.js"),
        ("mail to ops@example.com bounced", "mail to <mail> bounced"),
        ("at Mon Nov 29 20:52:41 UTC 2026 it broke", "at <time> it broke"),
        ("the abc-security-group exists", "the abc-security-group exists"),
    ],
)
def test_what_tells_troubles_apart_stays(line: str, said: str) -> None:
    assert normalised(line) == said
