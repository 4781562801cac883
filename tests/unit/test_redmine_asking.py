"""What is asked of Redmine, and what is believed of its answers."""

from datetime import timedelta
from typing import Any

from itsm_sync.sources.redmine import RedmineSource
from tests.redmine_builders import NOON, SECOND, MemoryRedmine, project, settings
from tests.shelf import Shelf


class DeafRedmine(MemoryRedmine):
    """Ignores the condition on projects, as Redmine ignores what it does not understand."""

    def issue_page(self, limit: int = 100, **params: Any) -> tuple[list[dict[str, Any]], int]:
        heard = [name for name in params["f[]"] if name != "project_id"]
        return super().issue_page(limit, **{**params, "f[]": heard})


def pull(redmine: MemoryRedmine, shelf: Shelf) -> None:
    redmine.asked.clear()
    source = RedmineSource(
        redmine,  # type: ignore[arg-type]
        settings(),
        lambda: NOON + timedelta(hours=1),
    )
    shelf.keep(source.pull(shelf))


def test_a_filter_that_redmine_ignores_brings_no_ticket_of_others() -> None:
    """Redmine fact 2: 200, with everything."""
    redmine, shelf = DeafRedmine(), Shelf()
    redmine.listed += (project(9, "other", None),)
    redmine.put(1)
    redmine.put(2, project=9)

    pull(redmine, shelf)

    assert shelf.items.keys() == {"redmine:issue/1"}


def test_tickets_of_one_time_are_put_in_order_by_their_number() -> None:
    """Redmine fact 6: otherwise ties come by falling id, and a page's last row is no key."""
    redmine, shelf = MemoryRedmine(), Shelf()
    redmine.put(1)
    pull(redmine, shelf)
    for number in range(2, 260):
        redmine.put(number, at=NOON + number * SECOND)

    pull(redmine, shelf)

    by_time = {asked["sort"] for asked in redmine.log if asked["sort"].startswith("updated_on")}
    assert by_time == {"updated_on,id", "updated_on:desc,id"}


def test_no_question_filters_by_a_custom_field() -> None:
    """Redmine fact 10: it can take 20 s."""
    redmine, shelf = MemoryRedmine(), Shelf()
    redmine.put(*range(1, 150))

    pull(redmine, shelf)
    pull(redmine, shelf)

    asked = {name for question in redmine.log for name in question["f[]"]}
    assert asked <= {"status_id", "project_id", "issue_id", "updated_on"}
