"""Everything people see has a Korean sentence."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

import itsm_sync
from itsm_sync.cli.helping import paragraphs
from itsm_sync.locale import catalogue, say
from itsm_sync.model.words import Message, Words

ROOT = Path(str(itsm_sync.__file__)).parent


def spoken() -> dict[str, str]:
    """Answer message id -> where it stands, for each literal given to `Message` or `say`."""
    found = {}
    for file in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            first = node.args[0]
            text = first.value if isinstance(first, ast.Constant) else None
            if name in ("Message", "say") and isinstance(text, str):
                found[text] = f"{file.relative_to(ROOT)}:{node.lineno}"
    return found


def test_every_sentence_is_in_the_korean_catalogue() -> None:
    missing = {text: place for text, place in spoken().items() if text not in catalogue("ko")}
    assert missing == {}


def said() -> set[str]:
    """Answer every text that stands in the code: a label of a table is said from a variable, a
    command's help is its docstring.
    """
    found = {
        node.value
        for file in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return found.union(*(paragraphs(text) for text in found))


def test_the_korean_catalogue_has_no_sentence_that_nobody_says() -> None:
    assert set(catalogue("ko")) - said() == set()


def test_a_source_has_one_word_in_korean() -> None:
    """`시스템` is what people run, and a domain of theirs; `--source` is `소스`."""
    sources = re.compile(r"\bsources?\b", re.IGNORECASE)
    named = {text: ko for text, ko in catalogue("ko").items() if sources.search(_bare(text))}
    assert {text: ko for text, ko in named.items() if "소스" not in ko} == {}
    assert len(named) > 10


def _bare(text: str) -> str:
    """Answer a sentence without its places and what stands in back quotes."""
    return re.sub(r"`[^`]*`|\{\w+\}|--source SOURCE", "", text)


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_a_translation_has_the_same_places() -> None:
    odd = {text: ko for text, ko in catalogue("ko").items() if places(text) != places(ko)}
    assert odd == {}


@pytest.mark.parametrize(
    ("language", "said"), [("ko", "규칙 «장애»"), ("en", "rule «장애»")], ids=["ko", "en"]
)
def test_a_message_is_said_in_the_language(language: str, said: str) -> None:
    assert say(Message("rule «{rule}»", {"rule": Words(ko="장애", en="장애")}), language) == said
