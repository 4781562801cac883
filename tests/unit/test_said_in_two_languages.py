"""What goes wrong is told in the language of the settings; `--json` stays English."""

import json
import shutil
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from rich.console import Console

from itsm_sync.cli import run
from itsm_sync.cli.call import Call
from itsm_sync.clients.errors import Unreachable
from itsm_sync.cycle.pulling import Pull
from itsm_sync.locale import say
from itsm_sync.model.catalogue import Person
from itsm_sync.model.cycles import Batch, Cycle, Health, Rejected
from itsm_sync.model.items import Audience
from itsm_sync.model.ports import Memory
from itsm_sync.model.words import Message, Words
from itsm_sync.settings import language, told
from itsm_sync.store import Store
from tests.builders import NOON

SHIPPED = Path(__file__).parents[2] / "config"
DOWN = Message(
    "{system} did not answer in time at {path}: is it busy, or `timeout` too short?",
    {"system": "Redmine", "path": "http://rm.example.com/issues.json"},
)


def test_an_error_is_its_message_and_english_as_text() -> None:
    error = Unreachable(DOWN, system="redmine")
    told = "Redmine did not answer in time at http://rm.example.com/issues.json: is it busy"
    assert str(error).startswith(told)
    told = "Redmine가 제때 응답하지 않았습니다: http://rm.example.com/issues.json, 바쁜지"
    assert say(error.message, "ko").startswith(told)


def test_a_message_within_a_message_is_said_in_the_same_language() -> None:
    nested = Message("{what}: {error}", {"what": Words(ko="일감", en="tickets"), "error": DOWN})
    assert str(nested).startswith("tickets: Redmine did not answer in time")
    assert say(nested, "ko").startswith("일감: Redmine가 제때 응답하지 않았습니다")


class Sample(BaseModel):
    model_config = ConfigDict(extra="forbid")

    choice: Literal["ko", "en"] = "ko"
    kind: Audience = Audience.PUBLIC
    text: str = ""
    short: str = Field("abc", min_length=2, max_length=4)
    coded: str = Field("a", pattern="^[a-z]+$")
    number: int = Field(1, gt=0, lt=9)
    bounded: int = Field(1, ge=1, le=9)
    share: float = 0.5
    switch: bool = True
    names: tuple[str, ...] = Field(("a",), min_length=1)
    labels: list[str] = []
    table: dict[str, str] = {}
    person: Person | None = None
    inner: "Sample | None" = None


@pytest.mark.parametrize(
    ("value", "english", "korean"),
    [
        ({"chioce": "ko"}, "unknown key; is `choice` meant?", "`choice`을(를) 뜻합니까?"),
        ({"volume": 3}, "unknown key", "알 수 없는 키입니다"),
        ({"kind": "privat"}, "must be one of: 'public', 'private'; is `private` meant?", "뜻합"),
        ({"choice": "fr"}, "must be one of: 'ko', 'en'", "다음 가운데 하나여야 합니다: 'ko', 'en'"),
        ({"kind": "all"}, "must be one of: 'public', 'private'", "다음 가운데 하나여야"),
        ({"text": 3}, "must be text", "문자열이어야 합니다"),
        ({"short": "a"}, "must have 2 or more characters", "2자 이상이어야"),
        ({"short": "abcde"}, "must have at most 4 characters", "4자 이하여야"),
        ({"coded": "A"}, "must fit the pattern ^[a-z]+$", "패턴 ^[a-z]+$에 맞아야"),
        ({"number": "many"}, "must be a whole number", "정수여야 합니다"),
        ({"number": 1.5}, "must be a whole number", "정수여야 합니다"),
        ({"number": 0}, "must be more than 0", "0보다 커야"),
        ({"number": 9}, "must be less than 9", "9보다 작아야"),
        ({"bounded": 0}, "must be at least 1", "1 이상이어야"),
        ({"bounded": 10}, "must be at most 9", "9 이하여야"),
        ({"share": "half"}, "must be a number", "숫자여야"),
        ({"switch": "perhaps"}, "must be true or false", "true나 false여야"),
        ({"names": []}, "must have 1 or more entries", "항목이 1개 이상이어야"),
        ({"names": "a"}, "must be a list", "목록이어야"),
        ({"labels": "a"}, "must be a list", "목록이어야"),
        ({"table": []}, "must be a mapping", "형식이어야"),
        ({"person": {"name": "견본"}}, "is missing", "값이 없습니다"),
        (
            {"person": {"name": "견본", "team": "t", "tem": "t"}},
            "unknown key; is `team` meant?",
            "`team`",
        ),
        ({"person": 3}, "must be a mapping", "형식이어야"),
        ({"inner": 3}, "must be a mapping", "형식이어야"),
    ],
    ids=str,
)
def test_a_wrong_value_is_told_in_both_languages(
    value: dict[str, Any], english: str, korean: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(Sample).validate_python(value)
    ((path, text),) = told(caught.value, Sample)
    assert path[0] == next(iter(value))
    assert str(text) == english
    assert korean in say(text, "ko")


def test_what_we_have_no_sentence_for_is_told_as_the_library_tells_it() -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(bytes).validate_python(3)
    ((_, text),) = told(caught.value, bytes)
    assert str(text) == say(text, "ko") == "Input should be a valid bytes"


@pytest.mark.parametrize(
    ("written", "environment", "spoken"),
    [
        ("language: en\nx: [", {"LANG": "ko_KR.UTF-8"}, "ko"),
        ("language: en\nlangauge: ko\n", {"LANG": "ko_KR.UTF-8"}, "en"),
        ("language: fr\n", {"LANG": "en_US.UTF-8"}, "en"),
        ("", {"LANG": "en_US.UTF-8"}, "en"),
        ("", {"LANG": "en_US.UTF-8", "LC_ALL": "ko_KR.UTF-8"}, "ko"),
        ("", {"LANG": "C.UTF-8"}, "ko"),
        ("", {}, "ko"),
    ],
    ids=["no YAML", "settings", "unknown", "LANG", "LC_ALL", "C", "nothing"],
)
def test_a_wrong_configuration_is_told_in_its_language_as_far_as_it_can_be_read(
    tmp_path: Path, written: str, environment: dict[str, str], spoken: str
) -> None:
    (tmp_path / "settings.yaml").write_text(written, encoding="utf-8")
    assert language(tmp_path, environment) == spoken


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A configuration with a misspelt key of the settings and a team that is not there."""
    directory = Path(shutil.copytree(SHIPPED, tmp_path / "config"))
    settings = directory / "settings.yaml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("write: observe", "wriet: observe"), encoding="utf-8")
    people = "people:\n  - {name: 견본, team: nobody}\n"
    (directory / "people.yaml").write_text(people, encoding="utf-8")
    return directory


def test_the_configurations_problems_are_told_in_korean_and_in_english(
    broken: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["matrix", "--config", str(broken)]) == 2
    korean = capsys.readouterr().err
    assert "wriet: 알 수 없는 키입니다" in korean
    assert "매트릭스에 `nobody`(이)라는 팀이(가) 없습니다" in korean
    settings = broken / "settings.yaml"
    text = settings.read_text(encoding="utf-8").replace("language: ko", "language: en")
    settings.write_text(text, encoding="utf-8")
    run(["matrix", "--config", str(broken)])
    english = capsys.readouterr().err
    assert "wriet: unknown key" in english
    assert "people.0.team: no team of the matrix is called `nobody`" in english


def test_json_stays_english(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["matrix", "--json", "--config", str(broken)]) == 2
    texts = {problem["text"] for problem in json.loads(capsys.readouterr().out)["problems"]}
    assert texts == {"unknown key; is `write` meant?", "no team of the matrix is called `nobody`"}


@pytest.mark.parametrize("as_json", [False, True], ids=["people", "json"])
def test_a_server_that_is_down_is_told(as_json: bool, capsys: pytest.CaptureFixture[str]) -> None:
    err = StringIO()
    call = Call(json=as_json, known="ko", err=Console(file=err))
    assert call.complain(DOWN, 3, system="redmine") == 3
    if as_json:
        said = json.loads(capsys.readouterr().out)
        assert said == {"error": str(DOWN), "system": "redmine"}
    else:
        assert err.getvalue().startswith("Redmine가 제때 응답하지 않았습니다")


class Poorly:
    """A source of which one stream fails, one line is rejected, and that is down at last."""

    name = "poorly"

    def pull(self, memory: Memory) -> Iterator[Batch]:
        yield Batch(stream="a", health=Health.FAILED, error=DOWN)
        yield Batch(stream="b", rejected=(Rejected(key="poorly:1", error="KeyError: 'id'"),))
        raise Unreachable(DOWN, system=self.name)


class Nobody:
    def saw(self, event: str, /, **details: object) -> None:
        """Listen to nothing."""


def test_a_sources_errors_are_one_sentence_in_either_language(store: Store) -> None:
    cycle = Cycle(id="c1", started_at=NOON, configuration="x")
    store.begin(cycle)
    error = Pull(store=store, cycle=cycle, observer=Nobody()).read((Poorly(),))["poorly"].error
    assert error is not None
    assert str(error) == f"a: {DOWN}; poorly:1: KeyError: 'id'; {DOWN}"
    assert say(error, "ko").startswith("a: Redmine가 제때 응답하지 않았습니다")
    assert say(error, "ko").endswith(f"; {say(DOWN, 'ko')}")
