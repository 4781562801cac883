"""What the tickets of outages and storms say."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from itsm_sync.desk.prose import rendered
from itsm_sync.model import watching
from itsm_sync.model.items import Audience, Item
from itsm_sync.model.markup import Markup
from itsm_sync.model.signals import Episode, Observation, Telling
from itsm_sync.model.watching import Watching
from itsm_sync.model.words import Words
from itsm_sync.signals.gathering.gather import gather
from itsm_sync.signals.gathering.outages import Outages
from itsm_sync.signals.gathering.storms import Storms
from tests.builders import NOON
from tests.known import FakeKnown
from tests.prose import whole, words
from tests.signalled import HOUR, MINUTE, build, episode

SEOUL = ZoneInfo("Asia/Seoul")
OUTAGES = Outages(section=watching.Outages(), zone=SEOUL)
STORMS = Storms(section=watching.Storms(), zone=SEOUL)
FULL = "no space left on device"


def jobs(count: int, **changes: Any) -> list[Episode]:
    return [
        episode(f"job-{n:03}", NOON + n * timedelta(seconds=1), **changes) for n in range(count)
    ]


def failures(episodes: list[Episode], **facts: Any) -> tuple[Item, ...]:
    return tuple(build(str(e.facts["job"]), facts=facts) for e in episodes)


def told(signal: Outages | Storms, episodes: list[Episode], *items: Item, **known: Any) -> Telling:
    """What the ticket says of the one whole that is gathered of these."""
    values: dict[str, Any] = {"all_items": items, "all_episodes": tuple(episodes), **known}
    values["baselines"] = {"builds": NOON - HOUR}
    fake = FakeKnown(**values)
    (gathered,) = gather(episodes, fake, Watching()).episodes
    return signal.tell(gathered, fake)


def test_an_outage_says_the_error_the_first_jobs_and_how_many_still_fail() -> None:
    failed = jobs(4)
    failed[3] = episode("job-003", failed[3].began, ended=NOON + HOUR)
    text = whole(said := told(OUTAGES, failed, *failures(failed, error=FULL)))
    assert text.startswith(f"One error in several jobs: {FULL}\n")
    assert "Since 2026-03-02 21:00." in text
    assert f"\n{FULL}\n" in text
    description = words(said.description)
    assert "* ci:job-002 <http://127.0.0.1/job/job-002/1/>" in description
    assert "job-003" not in description
    live = words(said.live)
    assert live.startswith("3 of 4 still failing.\nWhat | Since | State\n")
    assert "ci:job-003 <http://127.0.0.1/job/job-003/1/> | 2026-03-02 21:00 | well since" in live
    assert set(said.about) == {e.first for e in failed}
    assert "여러 작업에 같은 오류" in whole(said, "ko")


def test_jobs_that_failed_once_stand_in_the_list() -> None:
    at = [NOON, NOON + MINUTE, NOON + 2 * MINUTE]
    once = tuple(
        Observation(signal="builds", line=f"ci:{job}", at=t, until=t, good=False, item=item.key)
        for job, t in zip("abc", at, strict=True)
        for item in (build(job),)
    )
    items = tuple(build(job, facts={"error": FULL}) for job in "abc")
    live = words(told(OUTAGES, [], *items, said=once).live)
    assert live.startswith("3 of 3 still failing.\n")
    assert "ci:b <http://127.0.0.1/job/b/1/> | 2026-03-02 21:01 | failing" in live


def test_a_private_job_is_counted_and_not_named() -> None:
    failed = [*jobs(2), episode("secret", NOON + MINUTE, audience=Audience.PRIVATE)]
    said = told(OUTAGES, failed, *failures(failed, error=FULL))
    assert "secret" not in whole(said)
    assert "something that may not be shown here | 2026-03-02 21:01 | failing" in words(said.live)
    assert "3 of 3 still failing." in words(said.live)
    assert failed[2].first not in said.about


def test_jobs_with_tickets_of_their_own_are_related_and_named() -> None:
    failed = jobs(3)
    said = told(OUTAGES, failed, *failures(failed, error=FULL), tickets={failed[1].key: 12})
    assert said.related == (failed[1].key,)
    assert "ci:job-001 <http://127.0.0.1/job/job-001/1/> #12 | " in words(said.live)


def test_a_storm_says_what_fails_by_its_causes_and_lists_fifty() -> None:
    failed = jobs(60)
    items = failures(failed[:2], error="b") + failures(failed[2:32], error="a")
    off = Watching(outages=watching.Outages(enabled=False))
    fake = FakeKnown(all_items=items, all_episodes=tuple(failed))
    (storm,) = gather(failed, fake, off).episodes
    said = STORMS.tell(storm, fake)
    assert whole(said).startswith("Many failures at once since 2026-03-02 21:00\n")
    assert len(words(said.description).splitlines()) == 3 + 11
    live = words(said.live).splitlines()
    assert live[:5] == [
        "60 of 60 still failing.",
        "== Causes",
        "* 30 × a",
        "* 2 × b",
        "What | Since | State",
    ]
    assert live[-1] == "and 10 more"
    assert len(live) == 5 + 50 + 1


def test_the_description_of_a_storm_stays_as_it_grows_and_passes() -> None:
    failed = jobs(12)
    fake = FakeKnown(all_episodes=tuple(failed))
    (storm,) = gather(failed, fake, Watching()).episodes
    before = STORMS.tell(storm, fake)
    over = [episode(str(e.facts["job"]), e.began, ended=NOON + HOUR) for e in failed]
    late = episode("late", NOON + MINUTE)
    grown = FakeKnown(all_episodes=(*over, late))
    (storm,) = gather([*over, late, storm], grown, Watching()).episodes
    after = STORMS.tell(storm, grown)
    assert (after.subject, after.description) == (before.subject, before.description)
    assert words(after.live).splitlines()[2].startswith("ci:late | ")  # what still fails is first


@pytest.mark.parametrize("markup", [Markup.TEXTILE, Markup.COMMON_MARK, Markup.MARKDOWN])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_longest_storm_fits_into_a_text_of_redmine(markup: Markup, language: str) -> None:
    """65,535 bytes in MySQL; names and addresses as long and as hostile as they come."""
    name = "|*_`[#@<&" * 20
    failed = [
        episode(f"{n}{name}", NOON + n * timedelta(seconds=1), line=f"ci:{n}{name}")
        for n in range(500)
    ]
    for path in ("가" * 42, "가" * 380, "x" * 383, "*[|_" * 95):
        url = f"http://127.0.0.1/{path}"
        items = tuple(build(str(e.facts["job"]), url=url) for e in failed)
        said = told(STORMS, failed, *items)
        for prose in (said.description, said.live):
            assert len(rendered(prose, language, markup).encode()) < 65_000


def test_an_address_too_long_for_a_list_is_left_out() -> None:
    failed = jobs(12)
    items = tuple(build(str(e.facts["job"]), url=f"http://h/{'x' * 400}") for e in failed)
    assert "<http" not in words(told(STORMS, failed, *items).live)


def test_what_passed_is_said_once() -> None:
    said = told(STORMS, jobs(12, ended=NOON + HOUR))
    assert [words(remark.text) for remark in said.remarks] == [
        "All of it is well since 2026-03-02 22:00: closed."
    ]


def test_words_of_ones_own_stand_on_the_ticket() -> None:
    section = watching.Storms(subject=Words(ko="장애 다발", en="Much ado"), due_days=1)
    said = told(Storms(section=section, zone=SEOUL), jobs(12))
    assert whole(said, "ko").startswith("장애 다발\n")
    assert str(said.due) == "2026-03-03"
