"""What other systems' items say of the ticket that they name."""

from dataclasses import replace
from datetime import timedelta

from itsm_sync.model.items import Item
from itsm_sync.routing.links import link_words
from tests.builders import NOON, item


def named(key: str, kind: str, state: str, minutes: int = 0, **facts: object) -> Item:
    made = item(key=key, kind=kind, state=state, facts=facts, updated_at=NOON)
    return replace(made, ticket=None, updated_at=NOON + timedelta(minutes=minutes))


def test_each_pull_request_speaks_and_of_builds_the_newest() -> None:
    words = link_words(
        [
            named("p1", "pull", "merged"),
            named("p2", "pull", "open", 1),
            named("b1", "build", "FAILURE", 1),
            named("b2", "build", "SUCCESS", 2),
        ],
        NOON,
    )
    assert words == ("build:success", "pull:merged", "pull:open")


def test_deployments_speak_for_their_environment_and_so_do_builds_that_deploy() -> None:
    words = link_words(
        [
            named("d1", "deployment", "failure", 1, environment="production"),
            named("b1", "build", "SUCCESS", 2, environment="production", deploys=True),
            named("d2", "deployment", "success", 3, environment="staging"),
            named("b2", "build", "FAILURE", 4, environment="production", deploys=False),
        ],
        NOON,
    )
    assert words == ("build:failure", "deployment:production:success", "deployment:staging:success")


def test_the_order_in_which_items_come_does_not_matter() -> None:
    items = [named(f"b{n}", "build", f"S{n}", n) for n in range(5)]
    assert link_words(items, NOON) == link_words(reversed(items), NOON) == ("build:s4",)
    assert link_words([], NOON) == ()


def test_what_was_over_before_the_ticket_was_made_means_another_number() -> None:
    items = [named("d1", "deployment", "success", -1, environment="staging")]
    assert link_words(items, NOON) == ()
    assert link_words([*items, named("p1", "pull", "open")], NOON) == ("pull:open",)
