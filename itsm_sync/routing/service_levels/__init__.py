"""Service level clocks: pure functions of histories, never counted along.

Made of: the calendar (`business_time`, `days_off`, `instants`), what is promised (`promises`), a
ticket's life cut into stretches (`timeline`), and the clocks.
"""

from itsm_sync.routing.service_levels.clocks import Clocks
from itsm_sync.routing.service_levels.timeline import RedmineNames, first_response

__all__ = ["Clocks", "RedmineNames", "first_response"]
