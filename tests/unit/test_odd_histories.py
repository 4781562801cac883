"""A history that can't be understood is left out, and stops no other."""

from typing import Any

from itsm_sync.desk.redmine import Desk
from tests.redmine_builders import issue
from tests.shelf import Deaf


class Redmine:
    """Answers for ticket 1 a history with an entry that is none."""

    def issue(self, number: int, *, journals: bool = True) -> dict[str, Any]:
        return issue(number, journals=[{"id": "?"}] if journals and number == 1 else [])


def test_a_history_that_is_none_is_left_out_and_the_next_is_read() -> None:
    desk = Desk(Redmine(), {}, Deaf())  # type: ignore[arg-type]
    assert desk.histories([1, 2]) == {2: ()}
