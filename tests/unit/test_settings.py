"""The configuration: all that is wrong at once, with file and line."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from itsm_sync.locale import say
from itsm_sync.model.errors import ConfigurationError
from itsm_sync.settings import Settings, load
from itsm_sync.settings.schema import Caps

SHIPPED = Path(__file__).parents[2] / "config"
SECRETS = {
    "REDMINE_API_KEY": "k",
    "JENKINS_USER": "u",
    "JENKINS_TOKEN": "t",
    "GITHUB_TOKEN": "g",
}


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "config"))


def problems(directory: Path, environment: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        load(directory, SECRETS if environment is None else environment)
    return [str(problem).replace(f"{directory}/", "") for problem in caught.value.problems]


def replaced(directory: Path, file: str, old: str, new: str) -> int:
    """Replace text in a file; answer its line."""
    text = (directory / file).read_text(encoding="utf-8")
    assert old in text
    (directory / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def loaded(directory: Path, **environment: str) -> Settings:
    return load(directory, SECRETS | environment)


def test_the_shipped_configuration_is_valid(directory: Path) -> None:
    assert loaded(directory).language == "ko"


def test_an_unknown_key_is_named_with_its_line(directory: Path) -> None:
    line = replaced(directory, "settings.yaml", "language: ko", "langauge: ko")
    assert problems(directory) == [
        f"settings.yaml:{line}: langauge: unknown key; is `language` meant?"
    ]


def test_every_fault_of_every_file_is_told_at_once(directory: Path) -> None:
    zone = replaced(directory, "settings.yaml", "Asia/Seoul", "Asia/Seul")
    write = replaced(directory, "settings.yaml", "write: observe", "write: maybe")
    team = replaced(directory, "matrix.yaml", "    group: IT기획팀", "    grup: IT기획팀")
    found = "\n".join(problems(directory))
    assert f"settings.yaml:{zone}: timezone" in found
    assert f"settings.yaml:{write}: write" in found
    assert f"matrix.yaml:{team}: teams.it-planning.grup" in found


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("  rule: 50", "  rule: -1", "caps.rule: must be at least 0"),
        ("  share: 30", "  share: 101", "caps.share: must be at most 100"),
        ("  rule: 50", "  rules: 50", "caps.rules: unknown key"),
        ("  rule: 50", "  urgent: [incidnet]", "caps.urgent.0: no process of the matrix is called"),
        ("backfill: open", "backfill: some", "backfill: must be one of"),
        ("backfill: open", "backfill_since: tomorrow", "backfill_since: must be a date"),
    ],
)
def test_a_cap_or_backfill_that_is_wrong_is_told_with_its_line(
    directory: Path, old: str, new: str, told: str
) -> None:
    line = replaced(directory, "settings.yaml", old, new)
    (found,) = problems(directory)
    assert found.startswith(f"settings.yaml:{line}: {told}")


@pytest.mark.parametrize("new", ["backfill: since", "backfill: all\nbackfill_since: 2026-01-31"])
def test_a_backfill_since_a_date_needs_the_date_and_no_other_does(
    directory: Path, new: str
) -> None:
    replaced(directory, "settings.yaml", "backfill: open", new)
    assert "need each other" in problems(directory)[0]


def test_nothing_and_0_are_no_cap(directory: Path) -> None:
    replaced(directory, "settings.yaml", "  rule: 50", "  rule:")
    replaced(directory, "settings.yaml", "  team: 100", "  team: 0")
    caps = loaded(directory).general.caps
    assert (caps.rule, caps.team, caps.cycle) == (0, 0, 150)


def test_the_shipped_caps_are_the_default_ones(directory: Path) -> None:
    assert loaded(directory).general.caps == Caps()


def test_the_held_plan_lies_beside_the_database_unless_it_is_named(directory: Path) -> None:
    assert loaded(directory).held_plan == directory / "held-plan.json"
    other = loaded(directory, ITSM_SYNC_DATABASE="sqlite:////var/lib/x/itsm-sync.db")
    assert str(other.held_plan) == "/var/lib/x/held-plan.json"
    server = loaded(directory, ITSM_SYNC_DATABASE="postgresql+psycopg://h/d")
    assert server.held_plan == directory / "held-plan.json"
    named = loaded(directory, ITSM_SYNC_HELD_PLAN="/tmp/held.json")
    assert str(named.held_plan) == "/tmp/held.json"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("timezone: Asia/Seoul", "timezone: Asia/Seol", "no such time zone: Asia/Seol; is `Asia/"),
        ("    visibility:", "    visibilty:", "unknown key; is `visibility`"),
        ("    process:", "    proces:", "must be one of: 'process', "),
    ],
)
def test_what_is_misspelt_is_told_with_what_is_meant(
    directory: Path, old: str, new: str, told: str
) -> None:
    line = replaced(directory, "settings.yaml", old, new)
    (found,) = problems(directory)
    key = new.strip().partition(":")[0]
    assert re.match(rf"settings\.yaml:{line}: ([a-z]+\.)*{key}: {re.escape(told)}", found)
    assert found.endswith(" meant?")


def test_settings_that_are_missing_are_told_with_what_makes_them(directory: Path) -> None:
    (directory / "settings.yaml").unlink()
    (found,) = problems(directory)
    assert found.startswith("settings.yaml: the file is missing; `itsm-sync init")


def test_broken_yaml_is_told_with_its_line(directory: Path) -> None:
    (directory / "people.yaml").write_text("people:\n  - {name: [}\n", encoding="utf-8")
    (found,) = problems(directory)
    assert found.startswith("people.yaml:2: ")


@pytest.mark.parametrize(
    "text",
    ["a: [1\nb: 2", "a: b: c", "a:\n  - x\n b: 1", "\ta: 1", "a: *x", "a: 'x", "- 1\nb",
     "a: - b", "a: 1\n- b", "a: {b: - }"],
)  # fmt: skip
def test_what_people_get_wrong_in_yaml_is_told_in_korean(directory: Path, text: str) -> None:
    (directory / "people.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load(directory, SECRETS)
    (told,) = caught.value.problems
    assert re.findall("[a-z]{3,}", say(told.text, "ko").replace("<block mapping start>", "")) == []


@pytest.mark.parametrize(
    ("text", "line", "key"),
    [
        ("people:[]\n", 0, ""),  # a text and no mapping: told as such
        ("a:1\nb: 2\n", 1, "a"),
        ("a: 1\nb:2\nc: 3\n", 2, "b"),
        ("a: 1\nb:2  # two\n\n# more\nc: 3\n", 2, "b"),
        ("a: 1\nb:2\n", 2, "b"),
        ("a:\n  - b:1\n    c: 2\n", 2, "b"),
        ("a:\n  url:https://x\n  c: 2\n", 2, "url"),
        ("a: b: c\n", 0, ""),
        ("a:\n  https://x\n  c: 2\n", 0, ""),
    ],
)
def test_a_blank_that_is_missing_behind_a_colon_is_told_where_it_is(
    directory: Path, text: str, line: int, key: str
) -> None:
    (directory / "people.yaml").write_text(text, encoding="utf-8")
    (found,) = problems(directory)
    told = f"people.yaml:{line}: is not valid YAML: a blank is missing behind `{key}:`"
    assert (found == told) is bool(line)
    assert ("a blank is missing" in found) is bool(line)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"- a\n", "must have a mapping at the top"),
        (b"", "must have a mapping at the top"),
        (b"people: \xff\xfe\n", "is not UTF-8"),
        (b"people: []\npeople: []\n", '"people" is there twice'),
    ],
    ids=["list", "empty", "not UTF-8", "twice"],
)
def test_a_file_that_is_no_mapping_is_told(directory: Path, text: bytes, told: str) -> None:
    (directory / "people.yaml").write_bytes(text)
    (found,) = problems(directory)
    assert told in found


def test_a_missing_file_is_named(directory: Path) -> None:
    (directory / "rules.yaml").unlink()
    (found,) = problems(directory)
    assert found.startswith("rules.yaml: ")


def test_a_file_with_a_mistyped_name_is_named(directory: Path) -> None:
    (directory / "rulez.yaml").write_text("rules: {}\n", encoding="utf-8")
    (found,) = problems(directory)
    assert found.startswith("rulez.yaml: is no file of the configuration")


def test_no_directory_says_what_makes_one(tmp_path: Path) -> None:
    assert "itsm-sync init" in problems(tmp_path / "nowhere")[0]


def test_missing_secrets_are_all_named(directory: Path) -> None:
    found = "\n".join(problems(directory, {}))
    for name in SECRETS:
        assert name in found


def test_missing_secrets_are_named_where_the_settings_are_wrong_too(directory: Path) -> None:
    replaced(directory, "settings.yaml", "write: observe", "wriet: observe")
    found = "\n".join(problems(directory, {}))
    assert "wriet: unknown key" in found
    for name in SECRETS:
        assert f"the secret {name} is missing" in found


def test_a_secret_in_the_configuration_is_refused_and_not_repeated(directory: Path) -> None:
    replaced(
        directory, "settings.yaml", "  projects: [abc]", "  api_key: s3cret\n  projects: [abc]"
    )
    found = "\n".join(problems(directory))
    assert "a secret does not stand in the configuration" in found
    assert "s3cret" not in found


def test_a_secret_may_stand_in_a_file_and_stays_text(directory: Path, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("0123456789\n", encoding="utf-8")
    environment = SECRETS | {"REDMINE_API_KEY": "", "REDMINE_API_KEY_FILE": str(tmp_path / "key")}
    settings = load(directory, environment)
    assert settings.redmine.api_key.get_secret_value() == "0123456789"
    assert "0123456789" not in repr(settings.general)


def test_a_secret_file_that_cannot_be_read_is_named(directory: Path) -> None:
    environment = SECRETS | {"REDMINE_API_KEY": "", "REDMINE_API_KEY_FILE": "/nowhere/key"}
    assert "/nowhere/key" in "\n".join(problems(directory, environment))


def test_addresses_of_the_environment_win_where_they_are_not_empty(directory: Path) -> None:
    settings = loaded(directory, REDMINE_URL="http://127.0.0.1:1/", JENKINS_URL="", GITHUB_URL="")
    assert settings.redmine.url == "http://127.0.0.1:1"
    assert settings.general.jenkins[0].url == "https://jenkins.example.com"


def test_a_relative_database_lies_beside_the_configuration(directory: Path) -> None:
    assert loaded(directory).database == f"sqlite:///{directory}/itsm-sync.db"
    moved = loaded(directory, ITSM_SYNC_DATABASE="sqlite:////tmp/x.db")
    assert moved.database == "sqlite:////tmp/x.db"


SERVER = "postgresql://bot@db.example.com:5433/state?sslmode=require"


def test_a_servers_password_comes_from_the_environment_or_a_file(
    directory: Path, tmp_path: Path
) -> None:
    file = tmp_path / "password"
    file.write_text("p@ss/wört\n", encoding="utf-8")
    written = SERVER.replace("bot@", "bot:p%40ss%2Fw%C3%B6rt@")
    for secret in ({"": "p@ss/wört"}, {"_FILE": str(file)}):
        names = {f"ITSM_SYNC_DATABASE_PASSWORD{name}": value for name, value in secret.items()}
        settings = loaded(directory, ITSM_SYNC_DATABASE=SERVER, **names)
        assert settings.database == written
        assert {"p@ss/wört", "p%40ss%2Fw%C3%B6rt"} <= set(settings.database_secrets)
        assert "ss/w" not in repr(settings)


def test_an_address_may_have_a_password_that_wins_and_is_as_secret(directory: Path) -> None:
    address = SERVER.replace("bot@", "bot:can%40ry@")
    both = {"ITSM_SYNC_DATABASE": address, "ITSM_SYNC_DATABASE_PASSWORD": "another"}
    settings = loaded(directory, **both)
    assert settings.database == address
    assert {"can%40ry", "can@ry"} <= set(settings.database_secrets)


@pytest.mark.parametrize(
    ("url", "whole"),
    [
        ("postgresql://db/state", "postgresql://:secret@db/state"),
        ("postgresql:///state?host=/run/x", "postgresql://:secret@/state?host=/run/x"),
        ("postgres://bot:@db/state", "postgres://bot:secret@db/state"),
        ("sqlite:////tmp/x.db", "sqlite:////tmp/x.db"),
    ],
)
def test_a_password_finds_its_place_in_any_address(directory: Path, url: str, whole: str) -> None:
    names = {"ITSM_SYNC_DATABASE": url, "ITSM_SYNC_DATABASE_PASSWORD": "secret"}
    assert loaded(directory, **names).database == whole


def test_a_password_in_the_file_and_one_that_can_not_be_read_are_told(directory: Path) -> None:
    replaced(directory, "settings.yaml", "database: sqlite:///itsm-sync.db",
             "database: postgresql://bot:s3cret@db/x\ndatabase_password: s3cret")  # fmt: skip
    environment = SECRETS | {"ITSM_SYNC_DATABASE_PASSWORD_FILE": "/nowhere/password"}
    found = "\n".join(problems(directory, environment))
    assert "database: an address has no password in it" in found
    assert "database_password: a secret does not stand in the configuration" in found
    assert "/nowhere/password" in found
    assert "s3cret" not in found


@pytest.mark.parametrize(
    ("change", "same"),
    [
        (lambda d: replaced(d, "settings.yaml", "example.com", "example.org"), True),
        (lambda d: replaced(d, "matrix.yaml", "IT기획팀", "IT팀"), False),
    ],
    ids=["an address", "a team"],
)
def test_the_hash_follows_what_decides(
    directory: Path, change: Callable[[Path], int], *, same: bool
) -> None:
    before = loaded(directory).hash
    change(directory)
    assert (loaded(directory).hash == before) is same


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("REDMINE_URL", "redmine.example.com"),
        ("JENKINS_URL", "ftp://jenkins.example.com"),
        ("GITHUB_URL", "https://"),
        ("ITSM_SYNC_DATABASE", "itsm-sync.db"),
        ("ITSM_SYNC_DATABASE", "mysql://u:canary@localhost/x"),
    ],
)
def test_a_wrong_value_of_the_environment_is_told_with_its_variable(
    directory: Path, variable: str, value: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(directory, SECRETS | {variable: value})
    (problem,) = caught.value.problems
    assert (problem.place, problem.line) == (variable, None)
    assert "canary" not in str(problem)
