"""How much is tried: the same few examples every time; HYPOTHESIS_PROFILE=long tries many more."""

import os

from hypothesis import HealthCheck, Phase, settings

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
