"""What ships for servers: units that systemd takes and that lock the program in, a container that
names what is there. Docker is not asked: nothing is built here.
"""

import re
import shlex
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from itsm_sync.settings import load

ROOT = Path(__file__).parents[2]
SERVER = ROOT / "config" / "server"
SERVICES = ("itsm-sync.service", "itsm-sync-cycle.service")
UNITS = (*SERVICES, "itsm-sync-cycle.timer")
# Exposure in tenths, of 100: systemd calls what is below 20 "OK". The rest is the network, which
# the program is for.
MOST_EXPOSED = 13
INSTALLED = "/opt/itsm-sync/bin/itsm-sync"


def section(text: str) -> dict[str, list[str]]:
    """What each key of a unit is given, in order; an empty value counts."""
    found = defaultdict(list)
    for name, value in re.findall(r"^([A-Z]\w+)=(.*)$", text, re.MULTILINE):
        found[name].append(value)
    return found


def unit(name: str) -> dict[str, list[str]]:
    return section((SERVER / name).read_text(encoding="utf-8"))


def variables(name: str) -> dict[str, str]:
    """The environment that a unit, the container or the file of the wrapper gives."""
    text = (ROOT / name).read_text(encoding="utf-8")
    if name.endswith(".service"):
        return dict(one.split("=", 1) for one in section(text)["Environment"])
    return dict(re.findall(r"^(?:ENV| )? *([A-Z][A-Z_]+)=(\S*)", text, re.MULTILINE))


@pytest.fixture
def placed(tmp_path: Path) -> Path:
    """The units, with a program that is there instead of the one that will be."""
    there = shutil.which("true")
    for name in UNITS:
        text = (SERVER / name).read_text(encoding="utf-8").replace(INSTALLED, str(there))
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


# ------------------------------------------------------------------------------ systemd


def test_systemd_takes_the_units_without_a_word(placed: Path) -> None:
    units = [str(placed / name) for name in UNITS]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.parametrize("name", SERVICES)
def test_systemd_finds_the_services_hardly_exposed(placed: Path, name: str) -> None:
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager",
         f"--threshold={MOST_EXPOSED}", str(placed / name)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout


def test_both_services_are_locked_in_alike() -> None:
    (daemon, cycle) = map(unit, SERVICES)
    own = {"Type", "Description", "ExecStart", "ExecReload", "Restart", "RestartSec", "WantedBy",
           "TimeoutStartSec", "SuccessExitStatus", "WatchdogSec", "StartLimitIntervalSec",
           "StartLimitBurst", "Environment", "NotifyAccess"}  # fmt: skip
    assert {n: v for n, v in daemon.items() if n not in own} == {
        n: v for n, v in cycle.items() if n not in own
    }
    assert set(cycle["Environment"]) <= set(daemon["Environment"])


def test_the_daemon_is_stopped_and_reloaded_as_it_wants_to_be() -> None:
    daemon = unit("itsm-sync.service")

    assert daemon["ExecStart"] == [f"{INSTALLED} run"]
    assert shlex.split(daemon["ExecReload"][0]) == ["/bin/kill", "-HUP", "$MAINPID"]
    assert daemon["Restart"] == ["on-failure"]
    assert int(daemon["TimeoutStopSec"][0]) > 10  # the program's own promise
    # systemd gives up on its own at last, but not before a database may have come up
    tries = int(daemon["StartLimitBurst"][0]) * int(daemon["RestartSec"][0])
    assert 600 <= tries <= 1800


@pytest.mark.parametrize("name", [f"config/server/{name}" for name in SERVICES])
def test_no_secret_stands_in_a_unit_and_each_comes_as_a_credential(name: str) -> None:
    assert section((ROOT / name).read_text("utf-8"))["LoadCredential"] == [
        "secrets:/etc/itsm-sync/secrets"
    ]
    for variable, value in variables(name).items():
        if variable.endswith("_FILE"):
            assert value == f"%d/secrets_{variable.removesuffix('_FILE')}"


# ------------------------------------------------------------------------------ names


def asked_for() -> set[str]:
    """The variables of the settings, as the shipped configuration and all that may be added ask."""
    files = (ROOT / "itsm_sync" / "settings").glob("*.py")
    source = "".join(file.read_text(encoding="utf-8") for file in files)
    names = set(re.findall(r'"([A-Z]+(?:_[A-Z]+)+)"', source))
    return names | {"ITSM_SYNC_CONFIG", "REDMINE_URL", "JENKINS_URL", "GITHUB_URL"}


@pytest.mark.parametrize(
    "name",
    [
        "config/server/itsm-sync.service",
        "config/server/itsm-sync-cycle.service",
        "config/server/environment",
        "Containerfile",
    ],
)
def test_every_variable_is_one_that_the_settings_read(name: str) -> None:
    given = {variable.removesuffix("_FILE") for variable in variables(name)}
    foreign = {
        "MALLOC_ARENA_MAX",  # glibc's
        "PATH",
        "PIP_DISABLE_PIP_VERSION_CHECK",
        "PYTHONDONTWRITEBYTECODE",
    }

    assert {"ITSM_SYNC_CONFIG", "ITSM_SYNC_DATABASE"} <= given
    assert given - foreign <= asked_for()


@pytest.mark.parametrize("name", ["config/server/itsm-sync.service", "Containerfile"])
def test_a_daemon_keeps_memory_that_was_freed_in_few_places(name: str) -> None:
    assert variables(name)["MALLOC_ARENA_MAX"] == "2"


def test_the_wrapper_and_the_units_give_the_same_variables() -> None:
    wrapper = variables("config/server/environment")
    cycle = variables("config/server/itsm-sync-cycle.service")

    assert set(wrapper) == set(cycle)
    for variable in ("ITSM_SYNC_CONFIG", "ITSM_SYNC_DATABASE"):
        assert wrapper[variable] == cycle[variable]


def test_files_for_servers_are_no_files_of_the_configuration(tmp_path: Path) -> None:
    """A folder beside the YAML files is nobody's mistyped name."""
    shutil.copytree(ROOT / "config", tmp_path / "config")

    assert load(tmp_path / "config", {}, secrets=False).language == "ko"


# ------------------------------------------------------------------------------ the container


def instructions() -> list[tuple[str, str]]:
    """The Containerfile's instructions with what follows them, lines put together."""
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    lines = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ").splitlines()
    found = [line.split(None, 1) for line in lines if line.strip()]
    return [(word, " ".join(rest.split())) for word, rest in found]


def test_everything_that_is_copied_into_the_container_is_there_and_sent_along() -> None:
    sent = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    copied = [rest for word, rest in instructions() if word == "COPY" and "--from" not in rest]

    assert copied
    for sources in copied:
        for source in sources.split()[:-1]:
            assert (ROOT / source).exists(), source
            assert f"!{source}" in sent, source
    assert sent[1] == "*"
    assert "**/*.db" in sent


def test_the_container_is_built_in_one_stage_and_runs_in_another_as_nobody_special() -> None:
    stages = [n for n, (word, _) in enumerate(instructions()) if word == "FROM"]
    last = instructions()[stages[-1] :]
    words = dict(last)

    assert len(stages) == 2
    user = words["USER"].split(":")[0]
    assert user.isdigit()
    assert int(user) > 999
    assert not [rest for word, rest in last if word == "RUN" and "pip install" in rest]
    assert "pip uninstall" in words["RUN"]
    assert words["STOPSIGNAL"] == "SIGTERM"
    assert words["ENTRYPOINT"] == '["itsm-sync"]'
    assert words["CMD"] == '["run"]'
    assert "/health/live" in words["HEALTHCHECK"]
    assert set(re.findall(r'"(/[^"]+)"', words["VOLUME"])) == {
        "/etc/itsm-sync",
        "/var/lib/itsm-sync",
    }


def test_no_secret_is_built_into_the_container() -> None:
    for word, rest in instructions():
        if word in ("ENV", "ARG"):
            assert not re.search(r"(KEY|TOKEN|SECRET|PASSWORD)=", rest), rest


def test_the_container_has_the_python_that_the_project_wants() -> None:
    images = {rest.split()[0] for word, rest in instructions() if word == "FROM"}

    assert len(images) == 1
    assert re.fullmatch(r"docker\.io/library/python:3\.1[1-9]\.\d+-slim-\w+", images.pop())


# ------------------------------------------------------------------------------ compose.yaml


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe").load((ROOT / "compose.yaml").read_text("utf-8"))
    return found


def test_compose_names_what_is_there(compose: dict[str, Any]) -> None:
    ours = compose["services"]["itsm-sync"]

    assert (ROOT / ours["build"]["context"] / ours["build"]["dockerfile"]).is_file()
    for service in compose["services"].values():
        assert set(service.get("depends_on", {})) <= set(compose["services"])
        assert set(service.get("secrets", ())) <= set(compose["secrets"])
        for volume in service.get("volumes", ()):
            name = volume.split(":")[0]
            assert (ROOT / name).is_dir() if name.startswith(".") else name in compose["volumes"]


def test_composes_images_are_pinned_and_its_ports_are_this_machines_own(
    compose: dict[str, Any],
) -> None:
    for name, service in compose["services"].items():
        assert re.search(r":\d+\.\d+\S*$", service["image"]), name
        for port in service.get("ports", ()):
            assert port.startswith("127.0.0.1:"), name


def test_composes_secrets_are_files_and_its_variables_are_the_settings(
    compose: dict[str, Any],
) -> None:
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    given = compose["services"]["itsm-sync"]["environment"]

    assert "/secrets/" in ignored
    assert {name.removesuffix("_FILE") for name in given} <= asked_for()
    for name, value in given.items():
        if name.endswith("_FILE"):
            secret = value.removeprefix("/run/secrets/")
            assert secret in compose["services"]["itsm-sync"]["secrets"]
            assert name.endswith(f"{secret}_FILE") or secret == "POSTGRES_PASSWORD"
    for name, secret in compose["secrets"].items():
        assert secret == {"file": f"./secrets/{name}"}
    for name in given:
        assert not name.endswith(("_KEY", "_TOKEN")), name


def test_the_container_may_write_its_state_alone(compose: dict[str, Any]) -> None:
    ours = compose["services"]["itsm-sync"]

    assert ours["read_only"]
    assert ours["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in ours["security_opt"]
    assert [v for v in ours["volumes"] if not v.endswith(":ro")] == [
        "itsm-sync-state:/var/lib/itsm-sync"
    ]
