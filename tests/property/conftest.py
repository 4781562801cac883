"""How much is tried, and the program over a fake Redmine, with signals.

The same few examples every time; HYPOTHESIS_PROFILE=long tries many more.
"""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.fake_redmine import FakeOffice
from tests.property.bot import Bot, Clock, configuration
from tests.systems import Systems

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
settings.register_profile(
    "quick",
    derandomize=True,
    database=None,
    max_examples=60,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=_SLOW,
    phases=[Phase.generate],  # to shrink a failure takes minutes: the long profile does
)
settings.register_profile(
    "long",
    max_examples=1500,
    stateful_step_count=50,
    deadline=None,
    print_blob=True,
    suppress_health_check=_SLOW,
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def office(clock: Clock) -> FakeOffice:
    return FakeOffice(configuration("watching")[0], clock)


@pytest.fixture
def systems() -> Systems:
    """What the bot reads beside Redmine."""
    return Systems()


@pytest.fixture
def bot(office: FakeOffice, clock: Clock, systems: Systems) -> Iterator[Bot]:
    """The program, not yet started."""
    bot = Bot(office, clock)
    bot.rules, bot.others = "watching", (systems,)
    yield bot
    bot.close()
