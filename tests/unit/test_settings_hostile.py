"""Configuration as nobody should write it: told with its place, never a crash, never a secret."""

import shutil
from pathlib import Path

import pytest

from itsm_sync.model.errors import ConfigurationError, Problem
from itsm_sync.settings import load
from itsm_sync.settings.documents import read
from itsm_sync.store import Store, StoreError

SHIPPED = Path(__file__).parents[2] / "config"
SECRET = "5ecret0123456789abcdef"
SECRETS = {
    "REDMINE_API_KEY": SECRET,
    "JENKINS_USER": "u",
    "JENKINS_TOKEN": SECRET,
    "GITHUB_TOKEN": SECRET,
}
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{later}: &{later} [{', '.join([f'*{former}'] * 9)}]\n"
    for former, later in zip("abcdefgh", "bcdefghi", strict=True)
)
DEEP_BY_ALIASES = f"a: &a {'[' * 40}{']' * 40}\nb: {'[' * 40}*a{']' * 40}\n"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "config"))


def told(directory: Path, **environment: str) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        load(directory, SECRETS | environment)
    return [str(p).replace(f"{directory}/", "") for p in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "expected", "line"),
    [
        (BOMB, "has more than", None),
        ("a: 1\nb: " + "[" * 2000 + "]" * 2000, "nested too deeply", 2),
        ("a: 1\nb: " + "{a: " * 2000, "nested too deeply", 2),
        ("a: 1\n" + "".join(f"{' ' * n}b:\n" for n in range(90)), "nested too deeply", 51),
        ("a: 1\nb:\n  " + "- " * 2000, "nested too deeply", 3),
        (DEEP_BY_ALIASES, "nested too deeply", 1),
        ("a: 1\nb: 2026-99-99\n", "no timestamp", 2),
        ("a: 1\nb: !!int zz\n", "no int", 2),
        ("a: &a\n  <<: *a\n", "no map", 1),
        ("a: " + "x" * 2_000_001, "larger than", None),
    ],
    ids=[
        "bomb",
        "lists",
        "mappings",
        "blocks",
        "dashes",
        "aliases",
        "date",
        "number",
        "merge",
        "size",
    ],
)
def test_a_file_that_yaml_chokes_on_is_a_problem_of_that_file(
    tmp_path: Path, text: str, expected: str, line: int | None
) -> None:
    (tmp_path / "settings.yaml").write_text(text, encoding="utf-8")
    found = read(tmp_path / "settings.yaml")
    assert isinstance(found, Problem)
    assert expected in str(found.text)
    assert found.line == line


@pytest.mark.parametrize(
    "text",
    [
        f"redmine:\n  api_key: {SECRET}\n  api_key: {SECRET}\n",
        f"redmine:\n  api_key: *{SECRET}\n",
        f"redmine:\n  key_env: {SECRET}\n",
        f"redmine:\n  url: https://bot:{SECRET}@redmine.example.com\n",
        f"redmine: api_key\njenkins:\n  - token: {SECRET}\n",
        f"redmine: 5\ngithub: [token]\njenkins: {{token: {SECRET}}}\n",
    ],
)
def test_a_secret_in_the_settings_is_a_problem_that_does_not_repeat_it(
    directory: Path, text: str
) -> None:
    (directory / "settings.yaml").write_text(text, encoding="utf-8")
    assert SECRET not in "\n".join(told(directory))


def test_a_secret_of_a_controller_does_not_stand_in_the_settings_either(directory: Path) -> None:
    settings = directory / "settings.yaml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(
        text.replace('    jobs: ["*"]', f'    user: bot\n    token: {SECRET}\n    jobs: ["*"]'),
        encoding="utf-8",
    )
    found = "\n".join(told(directory))
    assert "jenkins.0.user: a secret does not stand" in found
    assert "jenkins.0.token: a secret does not stand" in found
    assert SECRET not in found


@pytest.mark.parametrize(
    "url",
    [
        "redmine.example.com",
        "http://",
        "http://:80",
        "http://[::1",
        "http://h:99999",
        "http://h:port",
        "http://exa mple.com",
        "http://h?key=1",
        "http://h#x",
        f"http://bot:{SECRET}@h",
    ],
)
@pytest.mark.parametrize("system", ["redmine", "jenkins", "github"])
def test_an_address_that_is_none_is_told_before_anything_is_asked(
    directory: Path, system: str, url: str
) -> None:
    (found,) = told(directory, **{f"{system.upper()}_URL": url})
    assert found.startswith(f"{system.upper()}_URL: ")
    assert "address" in found
    assert SECRET not in found


@pytest.mark.parametrize("url", ["http://h/redmine/", " http://h/redmine\n", "HTTP://h/redmine"])
def test_an_address_may_have_a_path_and_a_slash(directory: Path, url: str) -> None:
    settings = load(directory, {**SECRETS, "REDMINE_URL": url})
    assert settings.redmine.url.casefold() == "http://h/redmine"


@pytest.mark.parametrize("zone", ["Asia", "../../etc/passwd", "a\\0b", "x" * 300])
def test_a_time_zone_that_is_none_is_told(directory: Path, zone: str) -> None:
    settings = directory / "settings.yaml"
    text = settings.read_text(encoding="utf-8").replace("Asia/Seoul", f'"{zone}"')
    settings.write_text(text, encoding="utf-8")
    assert "timezone: no such time zone" in "\n".join(told(directory))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("  projects: [abc]", "  ca_file: /none\n  projects: [abc]", "no such file: /none"),
        ("[abc/portal,", "[abc, ", "repositories.0: must fit the pattern"),
        ("[abc/portal,", "[abc/.., ", "repositories.0: must fit the pattern"),
        ("[abc/portal,", '["a/b?c=d", ', "repositories.0: must fit the pattern"),
        ("jenkins:", "jenkins:\n  - {name: ci, url: 'https://h'}", "the same name"),
    ],
)
def test_a_value_that_would_fail_on_the_way_is_told_at_once(
    directory: Path, old: str, new: str, expected: str
) -> None:
    settings = directory / "settings.yaml"
    text = settings.read_text(encoding="utf-8")
    assert old in text
    settings.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert expected in "\n".join(told(directory))


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://u:{SECRET}@h:port/db",
        f"mysql://u:{SECRET}@h/db",
        "sqlite+aiosqlite:////tmp/x.db",
        "sqlite:///:memory:",
        "sqlite:///file:x?mode=memory&uri=true",
    ],
)
def test_a_database_of_another_kind_is_refused_without_its_password(
    directory: Path, url: str
) -> None:
    with pytest.raises((ConfigurationError, StoreError)) as caught:
        Store.open(load(directory, {**SECRETS, "ITSM_SYNC_DATABASE": url}).database)
    assert SECRET not in str(caught.value)


def test_two_of_our_fields_can_not_be_one_field_in_redmine(directory: Path) -> None:
    settings = directory / "settings.yaml"
    text = settings.read_text(encoding="utf-8").replace("ITSM 단계", "ITSM 프로세스")
    settings.write_text(text, encoding="utf-8")
    assert "two of our fields have the same name" in "\n".join(told(directory))


def test_a_secret_file_may_begin_with_a_byte_order_mark(directory: Path, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_bytes(b"\xef\xbb\xbf" + SECRET.encode() + b"\r\n")
    environment = {**SECRETS, "REDMINE_API_KEY": "", "REDMINE_API_KEY_FILE": str(file)}
    assert load(directory, environment).redmine.api_key.get_secret_value() == SECRET
