"""Deployments to production without an approved change are told to the change manager."""

from datetime import datetime
from typing import Any

import pytest

from itsm_sync.locale import say
from itsm_sync.model.findings import Finding
from itsm_sync.model.items import Audience, Item
from itsm_sync.model.watching import Deliveries as Section
from itsm_sync.signals.deliveries.unapproved import unapproved
from tests.builders import NOON, item, ticket
from tests.builds import DAY, HOUR, MINUTE, A, B, C, build, deployment, job, pull
from tests.known import FakeKnown

KEY = "redmine:issue/42"
NAMES = {"references": (KEY,)}
LONG_AGO = {"deliveries": NOON - 300 * DAY}


def found(
    *items: Item, approved: bool | None = False, now: datetime = NOON + HOUR, **options: Any
) -> list[Finding]:
    known = FakeKnown(
        all_items=(*items, *options.pop("jobs", (job(),)), item(42)),
        approvals={KEY: approved},
        baselines=options.pop("baselines", LONG_AGO),
        now=now,
        found=options.pop("before", ()),
    )
    return list(unapproved(known, Section(**options)))


def keys(*items: Item, **options: Any) -> list[str]:
    return [one.key for one in found(*items, **options)]


def deploy(number: int = 30, state: str = "SUCCESS", **changes: Any) -> Item:
    """A build that deploys the portal to production."""
    facts = {"deploys": True, "environment": "production", "at": NOON}
    return build(number, state, job="abc/deploy/portal-prod", **(facts | changes))


def test_a_deployment_that_names_no_ticket_is_found() -> None:
    (one,) = found(deployment(3))
    assert one.key == "unapproved/github:abc/portal/deployment/3"
    assert one.kind == "cycle.unapproved"
    assert "abc/portal deployment 3 went to production" in str(one.message)
    assert "names no ticket" in say(one.message, "en")


def test_a_deployment_that_names_only_what_nobody_approved_is_found() -> None:
    (one,) = found(deploy(**NAMES))
    assert "abc/deploy/portal-prod #30" in say(one.message, "en")
    assert "적힌 일감: #42" in say(one.message, "ko")


@pytest.mark.parametrize(
    "world",
    [
        (deployment(3, **NAMES),),
        (deploy(**NAMES),),
        (deployment(3), pull(7, **NAMES)),
        (deployment(3), pull(7, branch="fix/42")),
        (deploy(commits=(C, A)), pull(7, **NAMES)),
        (deploy(sha=B), pull(7, **NAMES)),
        (deployment(3, sha=C), pull(7, **NAMES)),
    ],
    ids=range(7),
)
def test_an_approved_change_behind_it_is_enough(world: tuple[Item, ...]) -> None:
    assert keys(*world, approved=True) == []
    assert len(keys(*world)) == 1


def test_an_approval_that_cannot_be_known_now_is_no_finding() -> None:
    assert keys(deployment(3, **NAMES), approved=None) == []


def test_a_change_merged_after_it_or_taken_along_before_is_not_behind_it() -> None:
    before = deployment(1, sha=C, created_at=NOON - 30 * MINUTE, finished_at=NOON - 20 * MINUTE)
    late = pull(7, merged_at=NOON + MINUTE, **NAMES)
    early = pull(7, **NAMES)  # merged an hour before NOON
    last = deployment(3, sha="d" * 40)
    assert keys(last, late, approved=True) == ["unapproved/github:abc/portal/deployment/3"]
    assert keys(before, last, early, approved=True) == ["unapproved/github:abc/portal/deployment/3"]


def test_what_was_merged_elsewhere_is_not_behind_it() -> None:
    other = pull(7, repository="abc/api", **NAMES)
    assert len(keys(deployment(3, sha=C), other, approved=True)) == 1


@pytest.mark.parametrize(
    "harmless",
    [
        deployment(3, state="failure"),
        deployment(3, state="in_progress"),
        deployment(3, environment="staging", production=False),
        deploy(state="FAILURE"),
        deploy(environment="staging"),
        deploy(deploys=None, environment=None),
    ],
    ids=range(6),
)
def test_what_did_not_reach_production_is_no_finding(harmless: Item) -> None:
    assert keys(harmless) == []


def test_a_finding_stays_though_a_newer_deployment_replaced_it() -> None:
    before = found(deployment(3))
    replaced = deployment(3, state="inactive")
    assert found(replaced, before=before) == before
    # what was inactive from the first may have failed
    assert keys(replaced) == []


def test_of_a_ticket_closed_before_the_first_look_no_approval_can_be_known() -> None:
    named = deployment(3, **NAMES)
    closed = item(42, ticket=ticket(42, closed=True))
    assert keys(named, closed, baselines={"deliveries": NOON - HOUR}) == []
    assert len(keys(named, closed)) == 1  # we were there when it was closed


@pytest.mark.parametrize("environment", ["Prod", "운영", "LIVE"])
def test_production_is_called_as_the_settings_call_it(environment: str) -> None:
    assert len(keys(deployment(3, environment=environment, production=False))) == 1
    assert keys(deploy(environment="prod"), production=("production",)) == []


def test_what_a_build_deployed_is_found_once_and_by_either_name() -> None:
    both = (deploy(), deployment(3, sha=C))
    assert keys(*both) == [f"unapproved/{deploy().key}"]
    assert keys(deploy(), deployment(3, sha=C, **NAMES), approved=True) == []


def test_of_many_tickets_the_first_are_named() -> None:
    many = tuple(f"redmine:issue/{n}" for n in range(1, 30))
    (one,) = found(deployment(3, references=many))
    assert "#9, #10 …)" in say(one.message, "en")


def test_what_was_deployed_before_the_first_look_is_history() -> None:
    assert keys(deployment(3), baselines={"deliveries": NOON + MINUTE}) == []


def test_a_finding_stays_though_the_job_is_gone() -> None:
    before = found(deploy())
    assert found(deploy(), jobs=()) == []
    assert found(deploy(), jobs=(), before=before) == before
    assert found(deploy(**NAMES), jobs=(), before=before, approved=True) == []


def test_a_finding_is_forgotten_in_the_end() -> None:
    assert len(keys(deployment(3), now=NOON + 29 * DAY)) == 1
    assert keys(deployment(3), now=NOON + 31 * DAY) == []


def test_a_finding_tells_no_word_of_what_was_deployed() -> None:
    secret = deployment(3, title="비밀", audience=Audience.PRIVATE, environment="비밀-prod")
    (one,) = found(secret)
    assert "비밀" not in say(one.message, "ko")
