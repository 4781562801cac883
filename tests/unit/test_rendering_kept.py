"""How Redmine shows text is remembered for the hour in which it does not tell."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import responses

from itsm_sync.clients.redmine import RedmineClient
from itsm_sync.desk.redmine import Desk
from itsm_sync.model.markup import Markup, Rendering
from itsm_sync.store import Store
from tests.redmine_builders import URL, settings
from tests.shelf import Deaf

PAGE = f"{URL}/issues/7"
TEXTILE = '<script src="/javascripts/jstoolbar/textile.js?1"></script>'


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path}/kept.db") as store:
        yield store


def markup(store: Store, *, named: Markup | None = None) -> Markup:
    """What a cycle takes the mark-up for."""
    desk = Desk(RedmineClient(settings(), Deaf()), {}, Deaf(), markup=named)
    desk.remember(store)
    return desk.markup(7)


@pytest.mark.parametrize("trouble", [{"status": 500}, {"status": 404}, {"status": 403}], ids=str)
def test_what_a_page_told_once_holds_while_none_can_be_read(
    trouble: dict[str, int], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    with responses.RequestsMock() as web:
        web.get(PAGE, **trouble)  # type: ignore[arg-type]
        assert markup(store) is Markup.UNKNOWN
        web.replace(responses.GET, PAGE, body=TEXTILE)
        assert markup(store) is Markup.TEXTILE
        web.replace(responses.GET, PAGE, **trouble)  # type: ignore[arg-type]
        assert markup(store) is Markup.TEXTILE


def test_a_page_that_does_not_tell_is_not_remembered(store: Store) -> None:
    store.keep_rendering(Rendering(markup=Markup.TEXTILE, fields=frozenset({3})))
    with responses.RequestsMock() as web:
        web.get(PAGE, body="<html></html>")
        markup(store)
    assert store.rendering() == Rendering(markup=Markup.TEXTILE, fields=frozenset({3}))


def test_the_settings_have_the_last_word(store: Store) -> None:
    store.keep_rendering(Rendering(markup=Markup.TEXTILE))
    assert markup(store, named=Markup.MARKDOWN) is Markup.MARKDOWN
