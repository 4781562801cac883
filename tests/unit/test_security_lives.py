"""The tickets of alerts through time: from GitHub's states to episodes."""

from datetime import UTC, datetime

from sandbox.standins.github import rows

from itsm_sync.model.signals import Act, Deed, Episode, Standing
from itsm_sync.model.watching import Security
from itsm_sync.signals.life.lives import live
from itsm_sync.signals.security.alerts import alert_signals
from itsm_sync.sources.github.alerts import dependabot_item
from itsm_sync.sources.github.payloads import Place
from itsm_sync.store import Store

DEPENDABOT = alert_signals(Security(), UTC)[0]
LINE = ("dependabot", "abc/app npm:lodash")
FIXED = {"state": "fixed"}


def march(day: int) -> str:
    return f"2026-03-{day:02d}T09:00:00Z"


def at(day: int) -> datetime:
    return datetime.fromisoformat(march(day))


def changed(store: Store, number: int, day: int, **details: object) -> None:
    """Pull an alert that was opened on the first and is as told since a day."""
    row = rows.dependabot_alert(
        "abc/app", number, at=march(1), package="lodash", updated_at=march(day), **details
    )
    item = dependabot_item(row, Place(repository="abc/app"))
    store.look(DEPENDABOT.name, tuple(DEPENDABOT.observe(item, at(day))))


def episodes(store: Store, *acts: Act) -> list[Episode]:
    seen = store.observations([LINE])[LINE]
    return list(live(*LINE, seen, acts, DEPENDABOT.life))


def test_a_ticket_opens_with_the_first_alert_and_closes_with_the_last(store: Store) -> None:
    changed(store, 1, 1)
    changed(store, 2, 1)
    [one] = episodes(store)
    assert (one.standing, one.began, len(one.members)) == (Standing.OPEN, at(1), 2)
    changed(store, 1, 4, **FIXED, fixed_at=march(4))
    [one] = episodes(store)
    assert (one.standing, len(one.members)) == (Standing.OPEN, 1)
    changed(store, 2, 6, state="dismissed", dismissed_at=march(6))
    [one] = episodes(store)
    assert (one.standing, one.ended, one.members) == (Standing.CLOSED, at(6), ())
    assert one.healed == "github:abc/app/dependabot/2"


def test_an_alert_that_opens_again_opens_its_ticket_again(store: Store) -> None:
    changed(store, 1, 1)
    changed(store, 1, 4, **FIXED, fixed_at=march(4))
    changed(store, 1, 9)
    changed(store, 1, 12)
    [one] = episodes(store)
    assert (one.standing, one.reopenings) == (Standing.OPEN, (at(9),))


def test_a_new_alert_after_the_end_opens_a_ticket_that_names_the_old(store: Store) -> None:
    changed(store, 1, 4, **FIXED, fixed_at=march(4))
    row = rows.dependabot_alert("abc/app", 2, at=march(6), package="lodash")
    item = dependabot_item(row, Place(repository="abc/app"))
    store.look(DEPENDABOT.name, tuple(DEPENDABOT.observe(item, at(6))))
    old, new = episodes(store)
    assert (old.standing, new.standing) == (Standing.CLOSED, Standing.OPEN)
    assert new.previous == old.key


def test_a_change_of_an_open_alert_opens_no_ticket_that_a_person_closed(store: Store) -> None:
    changed(store, 1, 1)
    [one] = episodes(store)
    closed = Act(episode=one.key, deed=Deed.CLOSED, at=at(2), by="김서준")
    changed(store, 1, 3)
    [one] = episodes(store, closed)
    assert (one.standing, one.ended) == (Standing.CLOSED, at(2))


def test_what_will_not_be_fixed_stays_quiet_but_for_a_new_alert(store: Store) -> None:
    changed(store, 1, 1)
    [one] = episodes(store)
    rejected = Act(episode=one.key, deed=Deed.REJECTED, at=at(2), by="김서준")
    changed(store, 1, 4, **FIXED, fixed_at=march(4))
    changed(store, 1, 6)
    [one] = episodes(store, rejected)
    assert one.standing is Standing.REJECTED
    row = rows.dependabot_alert("abc/app", 2, at=march(8), package="lodash")
    item = dependabot_item(row, Place(repository="abc/app"))
    store.look(DEPENDABOT.name, tuple(DEPENDABOT.observe(item, at(8))))
    assert [one.standing for one in episodes(store, rejected)] == [Standing.REJECTED, Standing.OPEN]


def test_a_source_that_falls_silent_closes_nothing(store: Store) -> None:
    changed(store, 1, 1)
    store.look(DEPENDABOT.name, ())
    [one] = episodes(store)
    assert one.live
