"""What is sent again, and how long a server asks to wait."""

import pytest

from itsm_sync.clients.repeats import Repeats, asked_to_wait


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", None])
def test_a_write_is_never_repeated(method: str | None) -> None:
    assert not Repeats().may(method, 1)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_read_is_repeated_so_often_and_no_more(method: str) -> None:
    assert [Repeats(times=2).may(method, done) for done in (1, 2, 3)] == [True, True, False]


def test_pauses_double() -> None:
    assert [Repeats(first=0.3).pause(done) for done in (1, 2, 3)] == [0.3, 0.6, 1.2]


DATE = "Mon, 01 Jun 2026 00:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7),
        ({"retry-after": " 120 "}, 120),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "٧"}, None),
        # by the server's own clock, however far ours is off
        ({"retry-after": "Mon, 01 Jun 2026 00:01:30 GMT", "date": DATE}, 90),
        ({"retry-after": "Sun, 31 May 2026 23:00:00 GMT", "date": DATE}, 0),
        ({"retry-after": "Mon, 01 Jun 2026 00:01:30 GMT"}, 60),  # it tells no time: a minute
        ({"retry-after": "Mon, 99 Jun 2026 00:01:30 GMT", "date": DATE}, None),
    ],
)
def test_a_server_asks_to_wait_in_seconds_or_until_a_time(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert asked_to_wait(headers) == seconds
