"""What the end of a failed build's console tells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itsm_sync.sources.jenkins.console import lines_of
from itsm_sync.sources.jenkins.infrastructure import CLASSES, Class, is_infrastructure
from itsm_sync.sources.jenkins.troubles import (
    LOG_LIMIT,
    LOG_LINES,
    Trouble,
    excerpt,
    node_of,
    trouble,
)

GRADLE = """\
[Pipeline] sh
+ ./gradlew test
> Task :test FAILED

abc.OrderServiceTest > returnsConflict FAILED
    org.opentest4j.AssertionFailedError: expected: <409> but was: <500>
        at abc.OrderServiceTest.returnsConflict(OrderServiceTest.java:88)

FAILURE: Build failed with an exception.

* What went wrong:
Execution failed for task ':test'.
> There were failing tests. See the report at: file:///var/jenkins/workspace/api/index.html
BUILD FAILED in 12s
[Pipeline] End of Pipeline
ERROR: script returned exit code 1
Finished: FAILURE
"""
MAVEN = """\
[INFO] Compiling 12 source files
[ERROR] COMPILATION ERROR :
[ERROR] /var/jenkins/workspace/api/src/App.java:[12,3] cannot find symbol
[ERROR] -> [Help 1]
[ERROR] To see the full stack trace of the errors, re-run Maven with the -e switch.
Build step 'Invoke top-level Maven targets' marked build as failure
Finished: FAILURE
"""
AGENT = """\
FATAL: command execution failed
java.nio.channels.ClosedChannelException
\tat org.jenkinsci.remoting.protocol.NetworkLayer.onRecvClosed(NetworkLayer.java:154)
Caused: java.io.IOException: Backing channel 'agent-03' is disconnected.
\tat hudson.remoting.RemoteInvocationHandler.channelOrFail(RemoteInvocationHandler.java:227)
FATAL: Unable to delete script file /tmp/jenkins6453.sh
Build step 'Execute shell' marked build as failure
Finished: FAILURE
"""
POST = """\
│ Error: error creating security group rule: already exists
[Pipeline] stage
[Pipeline] { (Declarative: Post Actions)
Archiving artifacts
ERROR: No artifacts found that match the file pattern "plan.txt"
[Pipeline] End of Pipeline
ERROR: script returned exit code 1
Finished: FAILURE
"""
PYTHON = """\
Traceback (most recent call last):
  File "/opt/batch/settle.py", line 3, in <module>
    raise ValueError("no rate for the day")
ValueError: no rate for the day
Finished: FAILURE
"""
KOREAN = """\
+ ./migrate.sh
이전 완료: 12건
오류: 컬럼 'amount'가 이미 있습니다 (V2026_11_03)
Build step 'Execute shell' marked build as failure
Finished: FAILURE
"""
DOCKER = """\
#12 3.234 npm error code ERESOLVE
#12 3.240 npm error ERESOLVE unable to resolve
#12 ERROR: process "/bin/sh -c npm ci" did not complete successfully: exit code: 1
"""
SHAKY = "\n".join(
    [
        "WARNING: connection reset by peer, retrying in 5 seconds",
        "Downloading failed: Connection refused",
        *(f"Downloaded part {number}" for number in range(40)),
        "src/app.ts:12:5 - error TS2304: Cannot find name 'x'.",
        "Finished: FAILURE",
    ]
)


def told(text: str) -> Trouble:
    return trouble(lines_of(text))


@pytest.mark.parametrize(
    ("console", "line", "infrastructure"),
    [
        (GRADLE, "abc.OrderServiceTest > returnsConflict FAILED", False),
        (MAVEN, "[ERROR] /var/jenkins/workspace/api/src/App.java:[12,3] cannot find symbol", False),
        (AGENT, "Caused: java.io.IOException: Backing channel 'agent-03' is disconnected.", True),
        (POST, "│ Error: error creating security group rule: already exists", False),
        (PYTHON, "ValueError: no rate for the day", False),
        (KOREAN, "오류: 컬럼 'amount'가 이미 있습니다 (V2026_11_03)", False),
        (SHAKY, "src/app.ts:12:5 - error TS2304: Cannot find name 'x'.", False),
        ("cp: error writing: No space left on device\nERROR: script returned exit code 1",
         "cp: error writing: No space left on device", True),
        ("tests: 0 failures\nERROR: script returned exit code 2\nFinished: FAILURE",
         "ERROR: script returned exit code 2", False),
        ("12:01:02 ERROR: boom\n12:01:03 Finished: FAILURE", "ERROR: boom", False),
        ("--- FAIL: TestSettle (0.00s)\nFAIL\nERROR: script returned exit code 1",
         "--- FAIL: TestSettle (0.00s)", False),
        ("E   assert 2 == 1\ntests/test_settle.py:12: AssertionError\n1 failed",
         "tests/test_settle.py:12: AssertionError", False),
        ("'mvnw'은(는) 내부 또는 외부 명령이 아닙니다.\nERROR: script returned exit code 1",
         "'mvnw'은(는) 내부 또는 외부 명령이 아닙니다.", False),
        ("stderr: fatal: unable to access 'https://h/r.git/': Could not resolve host: h\nERROR: x",
         "stderr: fatal: unable to access 'https://h/r.git/': Could not resolve host: h", True),
        (DOCKER, "npm error ERESOLVE unable to resolve", False),
        ('ERROR: failed to solve: process "make" did not complete successfully: exit code: 2',
         'ERROR: failed to solve: process "make" did not complete successfully: exit code: 2',
         False),
        ("the settlement could not be closed\nFinished: FAILURE",
         "the settlement could not be closed", False),
    ],
)  # fmt: skip
def test_the_line_that_says_what_went_wrong_is_found(
    console: str, line: str, infrastructure: bool
) -> None:
    found = told(console)
    assert (found.line, found.infrastructure) == (line, infrastructure)


def test_where_no_line_says_what_went_wrong_nothing_is_made_up() -> None:
    found = told("one\ntwo\nFinished: FAILURE\n")
    assert (found.line, found.error, found.infrastructure) == ("", "", False)
    assert found.log == "one\ntwo\nFinished: FAILURE"
    assert trouble(()) == Trouble()


def test_a_secret_is_in_no_part_of_what_is_told() -> None:
    console = "+ login --password hunter2secret\nERROR: login with token=abc123def456 failed\n"
    found = told(console)
    assert "hunter2secret" not in repr(found)
    assert "abc123def456" not in repr(found)
    assert found.line == "ERROR: login with token=*** failed"


def test_an_excerpt_is_short_and_has_the_error_in_it() -> None:
    lines = [f"line {number} {'x' * 400}" for number in range(100)]
    lines[60] = f"ERROR: boom {'y' * 400}"
    log = trouble(lines).log
    assert len(log) <= LOG_LIMIT
    assert "ERROR: boom" in log
    assert "line 59" in log
    assert "line 61" in log


one_line = st.text(alphabet=st.characters(exclude_characters="\n", codec="utf-8"), max_size=400)


@given(st.lists(one_line, min_size=1, max_size=60), st.data())
def test_an_excerpt_is_never_longer_than_it_may_be(lines: list[str], data: st.DataObject) -> None:
    at = data.draw(st.integers(min_value=0, max_value=len(lines) - 1))
    shown = excerpt(lines, at)
    assert len(shown) <= LOG_LIMIT
    assert len(shown.split("\n")) <= LOG_LINES
    assert lines[at][:200] in shown


def test_an_excerpt_shows_twenty_lines_and_no_names_of_steps() -> None:
    lines = [line for n in range(50) for line in (f"line {n}", "[Pipeline] sh")]
    lines.insert(60, "ERROR: boom")
    shown = trouble(lines).log.split("\n")
    assert len(shown) == LOG_LINES
    assert shown[12] == "ERROR: boom"
    assert not any(line.startswith("[Pipeline]") for line in shown)


@pytest.mark.parametrize(
    ("console", "node"),
    [
        ("Running on agent-01 in /var/jenkins/workspace/api", "agent-01"),
        ("[linux] Running on agent 7 in /var/jenkins", "agent 7"),
        ("12:01:02 Running on Jenkins in /var/jenkins", "Jenkins"),
        ("Running on win-1 in C:\\ci\\api\nRunning on agent-02 in /ci/api", "agent-02"),
        ("+ echo Running on agent-01 in /x\nall is well", ""),
    ],
)
def test_a_pipeline_says_which_node_it_runs_on(console: str, node: str) -> None:
    assert node_of(lines_of(console)) == node


@pytest.mark.parametrize(
    "line",
    [
        "tar: write error: No space left on device",
        "write /data: ENOSPC",
        "hudson.remoting.ChannelClosedException: Channel \"hudson.remoting.Channel@1\": closed",
        "Agent went offline during the build",
        "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is it running?",
        "java.lang.OutOfMemoryError: Java heap space",
        "fork: Cannot allocate memory",
        "java.net.ConnectException: Connection refused (Connection refused)",
        "ssh: connect to host api-prod-02 port 22: Connection timed out",
        "curl: (6) Could not resolve host: nexus.example.com",
        "java.net.UnknownHostException: nexus",
        "502 Bad Gateway",
        "디스크 공간이 부족합니다",
        "db-01 연결이 거부되었습니다",
        "연결 시간 초과",
    ],
)  # fmt: skip
def test_what_no_commit_causes_is_infrastructure(line: str) -> None:
    assert is_infrastructure(line)


@pytest.mark.parametrize(
    "line",
    [
        "error TS2304: Cannot find name 'x'.",
        "org.opentest4j.AssertionFailedError: expected: <409> but was: <500>",
        "permission denied: deploy.sh",
        "the release channel is stable",
        "오류: 컬럼 'amount'가 이미 있습니다",
    ],
)
def test_what_a_commit_may_cause_is_not(line: str) -> None:
    assert not is_infrastructure(line)


def test_what_the_build_s_own_machine_refuses_may_be_the_code_s_fault() -> None:
    assert not is_infrastructure("connect to localhost:5432: Connection refused")
    assert not is_infrastructure("dial tcp 127.0.0.1:6379: connect: connection refused")
    assert is_infrastructure("write /var/lib/localhost.db: no space left on device")


def test_where_tests_failed_a_refused_connection_proves_nothing() -> None:
    refused, full = "java.net.ConnectException: Connection refused", "No space left on device"
    assert not is_infrastructure(refused, tests_failed=True)
    assert is_infrastructure(full, tests_failed=True)


@pytest.mark.parametrize(
    "line",
    [
        "ERROR: script returned exit code 1",
        "Build step 'Execute shell' marked build as failure",
        "FAILURE: Build failed with an exception.",
        "npm ERR! code ELIFECYCLE",
        "error: aborting due to 2 previous errors",
        "error Command failed with exit code 1.",
        "make: *** [Makefile:12: all] Error 2",
        "[ERROR] COMPILATION ERROR :",
        "빌드에 실패했습니다",
    ],
)
def test_what_is_said_of_any_trouble_is_the_name_of_none(line: str) -> None:
    """Else jobs that have nothing in common would fail for one cause (Jenkins fact 15)."""
    found = trouble(("+ ./run.sh", line, "Finished: FAILURE"))
    assert (found.line, found.error) == (line, "")
    assert line in found.log


def test_an_exception_without_a_message_is_told_apart_by_its_place() -> None:
    thrown = "java.lang.NullPointerException"
    one = trouble((thrown, "\tat abc.Order.settle(Order.java:12)", "Finished: FAILURE"))
    later = trouble((thrown, "\tat abc.Order.settle(Order.java:19)", "Finished: FAILURE"))
    other = trouble((thrown, "\tat abc.Login.refresh(Login.java:12)", "Finished: FAILURE"))
    assert one.error == later.error == "java.lang.NullPointerException at abc.Order.settle"
    assert other.error != one.error
    assert one.line == thrown


def test_further_classes_may_be_given() -> None:
    licence = Class(name="licence", pattern=r"no licen[cs]e left")
    console = lines_of("linker: No licence left for armcc\nERROR: script returned exit code 9")
    assert not trouble(console).infrastructure
    assert trouble(console, classes=(*CLASSES, licence)).infrastructure
    assert not trouble(lines_of(AGENT), classes=()).infrastructure
