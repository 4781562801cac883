"""What the ABC world's builds wrote (sample data): the trouble itself, and all around it."""

from collections.abc import Iterator
from random import Random

from sandbox.world.things import FREESTYLE, Build, FailedTest, Job

# Nobody's, though it looks like one: it must reach no ticket.
PLANTED = "ghp_" + "S4mpl3" * 6
_NOTE = "\x1b[8mha:////4Jd3sAmPl3AAAAoB+LCAAAAAAAAP9b85aBtbiIQTGj\x1b[0m"

# Of one stage the same few troubles again and again, in the languages of those who wrote the tools.
_TROUBLES = {
    "Deploy": (
        "ssh: connect to host api-prod-0{few} port 22: Connection timed out",
        "Error: UPGRADE FAILED: timed out waiting for the condition after {seconds}s",
        "오류: 배포 승인 파일이 없습니다: deploy/approval-{number}.yaml",
    ),
    "Test": (
        "{workspace}/abc/OrderService.java:{line}: error: cannot find symbol\n1 error",
        "오류: 시험용 데이터베이스를 준비하지 못했습니다: 컬럼 'amount'가 이미 있습니다 ({time})",
        "npm error code E404\nnpm error 404 Not Found - GET https://npm.abc.example/@abc%2fui-{few}",
    ),
    "Scan": (
        "ERROR: ZAP could not reach the target https://portal.abc.example:{port}/login",
        "오류: 검사 정책 abc-{few}을 찾을 수 없습니다",
    ),
    "Apply": (
        "│ Error: error creating security group rule: already exists (sg-0{hex})",
        "│ Error: Error acquiring the state lock\n│ ID: {hex}-4f3c",
    ),
    "Play": (
        'fatal: [web-0{few}]: UNREACHABLE! => {{"msg": "Failed to connect to the host via ssh"}}',
        'fatal: [batch-01]: FAILED! => {{"msg": "패키지 nginx-{few}.{few}를 찾을 수 없습니다"}}',
    ),
    "Dump": (
        "pg_dump: error: could not write to output file: No space left on device",
        "오류: 백업 서버 backup-0{few}의 인증서가 만료되었습니다 ({time})",
    ),
}


_SAME_AGAIN = ("abc/deploy/api-prod",)  # fails for days, always for the first of its troubles


def trouble(build: Build) -> str:
    """Answer the lines that say why a build failed; three builds in a row have the same cause."""
    chance = Random(f"{build.job}/{build.branch}/{build.number}")
    known = _TROUBLES[build.failed_stage]
    which = 0 if build.job in _SAME_AGAIN else build.number // 3 % len(known)
    told = known[which].format(
        few=chance.randint(1, 3),
        number=build.number,
        seconds=chance.randint(300, 309),
        line=chance.randint(20, 400),
        port=chance.choice((443, 8443)),
        hex=f"{chance.getrandbits(32):08x}",
        time=build.started.strftime("%Y-%m-%d %H:%M:%S"),
        workspace=f"/var/lib/jenkins/workspace/{build.job.replace('/', '_')}",
    )
    return "\n".join((*map(_failed, build.failed_tests), told)) if build.failed_tests else told


def stages_of(build: Build) -> tuple[tuple[str, str], ...]:
    """Answer the stages of a build that did not go well, each with its status."""
    status = {"FAILURE": "FAILED"}.get(build.result or "", build.result or "")
    before = [(name, "SUCCESS") for name in ("Checkout", "Build") if name != build.failed_stage]
    return (*before, (build.failed_stage, status), ("Declarative: Post Actions", "SUCCESS"))


def console(build: Build, job: Job) -> str:
    """Answer all that a build wrote which has ended."""
    lines = _freestyle(build) if job.job_class == FREESTYLE else _pipeline(build)
    return "\n".join((*lines, f"Finished: {build.result}", ""))


def _freestyle(build: Build) -> Iterator[str]:
    workspace = f"/var/lib/jenkins/workspace/{build.job}"
    yield f"Building remotely on {_NOTE}{build.node} (linux) in workspace {workspace}"
    yield from _checked_out(build)
    yield f"+ ./jenkins/run.sh {build.number}"
    yield build.log
    if build.result == "FAILURE":
        yield "Build step 'Execute shell' marked build as failure"


def _pipeline(build: Build) -> Iterator[str]:
    yield f"{_NOTE}[Pipeline] Start of Pipeline\n{_NOTE}[Pipeline] node"
    workspace = f"/var/lib/jenkins/workspace/{build.job.replace('/', '_')}"
    yield f"Running on {_NOTE}{build.node} in {workspace}"
    yield f"{_NOTE}[Pipeline] {{\n{_NOTE}[Pipeline] stage\n{_NOTE}[Pipeline] {{ (Checkout)"
    yield from _checked_out(build)
    yield f"{_NOTE}[Pipeline] {{ ({build.failed_stage or 'Test'})\n{_NOTE}[Pipeline] sh"
    yield f"+ ./jenkins/run.sh {build.number}"
    yield f"\x1b[31m{build.log}\x1b[0m"
    yield f"{_NOTE}[Pipeline] }}\n{_NOTE}[Pipeline] // node\n{_NOTE}[Pipeline] End of Pipeline"
    if build.result == "FAILURE":
        yield "ERROR: script returned exit code 1"


def _checked_out(build: Build) -> Iterator[str]:
    if build.sha:
        yield f"Checking out Revision {build.sha} (refs/remotes/origin/{build.branch})"
    if "deploy" in build.job:
        yield f'+ curl -sf -H "Authorization: Bearer {PLANTED}" https://deploy.abc.example/token'


def _failed(test: FailedTest) -> str:
    return f"{test.suite} > {test.name} FAILED\n    {test.error}"
