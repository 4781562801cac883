"""explain of what is not stored says what may be asked, and what is near."""

import pytest

from itsm_sync.locale import say
from itsm_sync.model.cycles import Batch
from itsm_sync.model.errors import ConfigurationError
from itsm_sync.operations.explain.explanation import stored
from itsm_sync.store import Store
from tests.builders import item

SYNC = "nothing of that name is stored; `itsm-sync sync` reads what is new"
BUILD = "jenkins:ci:abc/deploy/main#17@1763871234000"


def refused(store: Store, key: str, language: str = "en") -> str:
    with pytest.raises(ConfigurationError) as caught:
        stored(store, key)
    (problem,) = caught.value.problems
    assert problem.file == key
    return say(problem.text, language)


@pytest.mark.parametrize("key", ["foo", "", "#", "issue/42", "Ticket 42", "abc_%"])
def test_what_is_no_key_is_told_with_the_forms_that_are(key: str, store: Store) -> None:
    told = refused(store, key)
    assert told.startswith("is no key: write a ticket's number (42, #42), ")
    assert "redmine:issue/42" in told
    assert "sync" not in told
    assert refused(store, key, "ko").startswith("키가 아닙니다. 일감 번호(42, #42), ")


@pytest.mark.parametrize(
    "key", ["42", "#42", "redmine:issue/42", "https://redmine.example.com/issues/42", BUILD]
)
def test_of_a_key_that_is_not_stored_yet_a_sync_is_advised(key: str, store: Store) -> None:
    assert refused(store, key) == SYNC


def test_stored_keys_that_hold_what_was_asked_are_named(store: Store) -> None:
    build = item(1, key=BUILD, source="jenkins", kind="build", ticket=None)
    store.keep("jenkins", Batch(stream="builds", items=(build,)), "c1")
    assert refused(store, "jenkins:ci:abc/deploy/main#17") == f"{SYNC}; stored are: {BUILD}"
    assert refused(store, "deploy/main").endswith(f"; stored are: {BUILD}")
    assert "stored are" not in refused(store, "deploy_main")  # no pattern of SQL's
    assert refused(store, "17") == SYNC  # a ticket's number


def test_only_some_of_many_near_keys_are_named(store: Store) -> None:
    many = tuple(item(n, key=f"github:abc/app/pull/{n}", ticket=None) for n in range(1, 9))
    store.keep("github", Batch(stream="pulls", items=many), "c1")
    assert refused(store, "abc/app").count("github:abc/app/pull/") == 3
