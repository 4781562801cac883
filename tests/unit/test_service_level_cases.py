"""Service levels over weekends, holidays, pauses, priorities, reopening and summer time.

The policy is `tests.promised.POLICY`: office hours 9 to 12 and 13 to 18 on weekdays (8 h a day) in
Seoul, Korean holidays. Incidents: 긴급 30 min and 4 h round the clock, 높음 1 h and 4 h, others 2 h
and 8 h. Requests: 4 h and 2 d (16 h), of the team `biz` 4 d (32 h) and no response. Each expected
value is worked out by hand behind the `#`.
"""

import pytest

from tests.promised import clocks, shown, story

CLOCKS = clocks()

CASES = {
    # ------------------------------------------------------------------ business hours
    "within one morning": """
        made 2026-11-25 Wed 09:30 보통
        now 2026-11-25 Wed 11:00
        response 1h30m of 2h at_risk due 2026-11-25 Wed 11:30     # 75 % is at risk
        resolution 1h30m of 8h kept due 2026-11-26 Thu 09:30      # 1 h, lunch, 5 h; 30 min are left
    """,
    "lunch does not count": """
        made 2026-11-25 Wed 11:30 보통
        now 2026-11-25 Wed 13:30
        response 1h of 2h kept due 2026-11-25 Wed 14:30           # 11:30-12:00, 13:00-13:30
        resolution 1h of 8h kept due 2026-11-26 Thu 11:30         # 4.5 h today, 2.5 h tomorrow
    """,
    "made over lunch it begins after lunch": """
        made 2026-11-25 Wed 12:15 보통
        now 2026-11-25 Wed 12:45
        response 0h of 2h kept due 2026-11-25 Wed 15:00
        resolution 0h of 8h kept due 2026-11-26 Thu 12:00         # 5 h, then 3 h: noon, not 13:00
    """,
    "made in the evening it begins the next morning": """
        made 2026-11-24 Tue 19:00 보통
        now 2026-11-24 Tue 23:00
        response 0h of 2h kept due 2026-11-25 Wed 11:00
        resolution 0h of 8h kept due 2026-11-25 Wed 18:00         # a whole day: its end
    """,
    "made before the opening it begins with it": """
        made 2026-11-25 Wed 06:10 보통
        now 2026-11-25 Wed 09:10
        response 10m of 2h kept due 2026-11-25 Wed 11:00
        resolution 10m of 8h kept due 2026-11-25 Wed 18:00
    """,
    "a day of a promise is a day of the business hours": """
        made 2026-11-25 Wed 09:00 보통 in request/it
        now 2026-11-25 Wed 10:00
        response 1h of 4h kept due 2026-11-25 Wed 14:00
        resolution 1h of 16h kept due 2026-11-26 Thu 18:00        # 2d are 16 h
    """,
    # ------------------------------------------------------------------ weekends
    "a weekend does not count, and at the very end nothing is broken yet": """
        made 2026-11-27 Fri 17:00 보통
        now 2026-11-30 Mon 10:00
        response 2h of 2h at_risk due 2026-11-30 Mon 10:00        # 17-18, 9-10
        resolution 2h of 8h kept due 2026-11-30 Mon 17:00         # 10-12, 13-17
    """,
    "a minute later it is": """
        made 2026-11-27 Fri 17:00 보통
        now 2026-11-30 Mon 10:01
        response 2h1m of 2h breached due 2026-11-30 Mon 10:00 breached 2026-11-30 Mon 10:00
        resolution 2h1m of 8h kept due 2026-11-30 Mon 17:00
    """,
    "what ran out on Friday evening was due then": """
        made 2026-11-27 Fri 16:00 보통
        now 2026-11-28 Sat 12:00
        response 2h of 2h at_risk due 2026-11-27 Fri 18:00        # all is gone, nothing over it
        resolution 2h of 8h kept due 2026-11-30 Mon 16:00
    """,
    "made on a Saturday it begins on Monday": """
        made 2026-11-28 Sat 14:00 보통
        now 2026-11-30 Mon 09:00
        response 0h of 2h kept due 2026-11-30 Mon 11:00
        resolution 0h of 8h kept due 2026-11-30 Mon 18:00
    """,
    "round the clock a weekend counts": """
        made 2026-11-28 Sat 23:30 긴급
        now 2026-11-29 Sun 02:00
        response 2h30m of 30m breached due 2026-11-29 Sun 00:00 breached 2026-11-29 Sun 00:00
        resolution 2h30m of 4h kept due 2026-11-29 Sun 03:30      # 62.5 %
    """,
    # ------------------------------------------------------------------ holidays
    "Seollal": """
        made 2026-02-13 Fri 17:00 보통
        now 2026-02-19 Thu 10:00                                  # 16, 17 and 18 are off
        response 2h of 2h at_risk due 2026-02-19 Thu 10:00
        resolution 2h of 8h kept due 2026-02-19 Thu 17:00
    """,
    "Seollal with a temporary holiday before it": """
        made 2025-01-24 Fri 16:00 보통
        now 2025-01-31 Fri 09:30                                  # 27 (temporary), 28, 29, 30
        response 2h30m of 2h breached due 2025-01-24 Fri 18:00 breached 2025-01-24 Fri 18:00
        resolution 2h30m of 8h kept due 2025-01-31 Fri 16:00      # 2.5 h to noon, 3 h after lunch
    """,
    "Chuseok with a substitute day, between two other holidays": """
        made 2025-10-02 Thu 17:00 보통
        now 2025-10-10 Fri 11:00                                  # 3, 6, 7, 8 (substitute), 9
        response 3h of 2h breached due 2025-10-10 Fri 10:00 breached 2025-10-10 Fri 10:00
        resolution 3h of 8h kept due 2025-10-10 Fri 17:00         # 11-12, 13-17
    """,
    "Chuseok whose Saturday has no substitute": """
        made 2026-09-23 Wed 15:00 보통
        now 2026-09-28 Mon 09:00                                  # 24 and 25 are off
        response 3h of 2h breached due 2026-09-23 Wed 17:00 breached 2026-09-23 Wed 17:00
        resolution 3h of 8h kept due 2026-09-28 Mon 15:00         # 9-12, 13-15
    """,
    "the substitute day of a holiday on a Sunday": """
        made 2026-02-27 Fri 17:00 보통
        now 2026-03-03 Tue 09:00                                  # 1 March is a Sunday
        response 1h of 2h kept due 2026-03-03 Tue 10:00
        resolution 1h of 8h kept due 2026-03-03 Tue 17:00
    """,
    "the substitute day of a holiday on a Saturday": """
        made 2026-08-16 Sun 12:00 보통
        now 2026-08-18 Tue 10:00                                  # 15 August is a Saturday
        response 1h of 2h kept due 2026-08-18 Tue 11:00
        resolution 1h of 8h kept due 2026-08-18 Tue 18:00         # 10-12, 13-18
    """,
    "a day off of one's own, every year": """
        made 2025-04-30 Wed 17:00 보통
        now 2025-05-02 Fri 10:00                                  # 1 May 2025 was a Thursday
        response 2h of 2h at_risk due 2025-05-02 Fri 10:00
        resolution 2h of 8h kept due 2025-05-02 Fri 17:00
    """,
    "a holiday that is worked": """
        made 2025-06-03 Tue 10:00 보통
        now 2025-06-03 Tue 11:00                                  # the day of an election
        response 1h of 2h kept due 2025-06-03 Tue 12:00
        resolution 1h of 8h kept due 2025-06-04 Wed 10:00         # 1 h, 5 h, 1 h
    """,
    "over New Year": """
        made 2025-12-31 Wed 16:00 보통
        now 2026-01-02 Fri 10:00
        response 3h of 2h breached due 2025-12-31 Wed 18:00 breached 2025-12-31 Wed 18:00
        resolution 3h of 8h kept due 2026-01-02 Fri 16:00         # 10-12, 13-16
    """,
    "round the clock a holiday counts": """
        made 2026-02-17 Tue 01:00 긴급
        now 2026-02-17 Tue 02:00
        response 1h of 30m breached due 2026-02-17 Tue 01:30 breached 2026-02-17 Tue 01:30
        resolution 1h of 4h kept due 2026-02-17 Tue 05:00
    """,
    # ------------------------------------------------------------------ pauses
    "who waits for the requester pauses": """
        made 2026-11-25 Wed 09:00 보통
        2026-11-25 Wed 10:00 it status 진행
        2026-11-25 Wed 11:00 it status 의견
        now 2026-11-25 Wed 15:00
        response 1h of 2h kept stopped 2026-11-25 Wed 10:00
        resolution 2h of 8h kept paused
    """,
    "after the pause the rest goes on": """
        made 2026-11-25 Wed 09:00 보통
        2026-11-25 Wed 10:00 it status 진행
        2026-11-25 Wed 11:00 it status 의견
        2026-11-26 Thu 10:00 author status 진행
        now 2026-11-26 Thu 11:00
        response 1h of 2h kept stopped 2026-11-25 Wed 10:00
        resolution 3h of 8h kept due 2026-11-26 Thu 17:00         # 2 h + 1 h; left: 11-12, 13-17
    """,
    "a pause outside business hours saves nothing": """
        made 2026-11-27 Fri 17:00 보통
        2026-11-28 Sat 10:00 it status 의견
        2026-11-29 Sun 10:00 author status 진행
        now 2026-11-30 Mon 09:30
        response 1h of 2h kept stopped 2026-11-28 Sat 10:00
        resolution 1h30m of 8h kept due 2026-11-30 Mon 17:00      # 2.5 h to noon, 4 h after lunch
    """,
    "who pauses without having been answered waits for no answer": """
        made 2026-11-25 Wed 09:00 보통
        2026-11-25 Wed 09:30 author status 의견
        now 2026-11-25 Wed 15:00
        response 30m of 2h kept paused
        resolution 30m of 8h kept paused
    """,
    "what was broken stays broken in a pause": """
        made 2026-11-25 Wed 09:00 높음
        2026-11-25 Wed 15:00 it status 의견
        now 2026-11-25 Wed 17:00                                  # 3 h + 2 h are gone
        response 5h of 1h breached stopped 2026-11-25 Wed 15:00 breached 2026-11-25 Wed 10:00
        resolution 5h of 4h breached paused breached 2026-11-25 Wed 14:00
    """,
    # ------------------------------------------------------------------ the first response
    "neither the author's nor the bot's words are a response": """
        made 2026-11-25 Wed 09:00 보통
        2026-11-25 Wed 09:10 author note
        2026-11-25 Wed 09:20 bot status 진행
        2026-11-25 Wed 10:30 it note
        now 2026-11-25 Wed 11:00
        response 1h30m of 2h kept stopped 2026-11-25 Wed 10:30
        resolution 2h of 8h kept due 2026-11-25 Wed 18:00
    """,
    "an assignee and another priority are no response": """
        made 2026-11-25 Wed 09:00 보통
        2026-11-25 Wed 09:30 it assignee 8
        2026-11-25 Wed 10:00 it priority 낮음
        now 2026-11-25 Wed 11:30
        response 2h30m of 2h breached due 2026-11-25 Wed 11:00 breached 2026-11-25 Wed 11:00
        resolution 2h30m of 8h kept due 2026-11-25 Wed 18:00
    """,
    "to the bot's own ticket anybody else responds": """
        made 2026-11-25 Wed 09:00 보통 by bot
        2026-11-25 Wed 09:10 bot note
        2026-11-25 Wed 09:15 author note
        now 2026-11-25 Wed 10:00
        response 15m of 2h kept stopped 2026-11-25 Wed 09:15
        resolution 1h of 8h kept due 2026-11-25 Wed 18:00
    """,
    "a response in the evening costs nothing": """
        made 2026-11-24 Tue 19:00 보통
        2026-11-24 Tue 20:00 it note
        now 2026-11-25 Wed 10:00
        response 0h of 2h kept stopped 2026-11-24 Tue 20:00
        resolution 1h of 8h kept due 2026-11-25 Wed 18:00
    """,
    "a response at the last moment is in time": """
        made 2026-11-25 Wed 09:00 보통
        2026-11-25 Wed 11:00 it note
        now 2026-11-25 Wed 12:00
        response 2h of 2h kept stopped 2026-11-25 Wed 11:00
        resolution 3h of 8h kept due 2026-11-25 Wed 18:00
    """,
    "who closes without having been answered waits no more": """
        made 2026-11-25 Wed 09:00 보통
        2026-11-25 Wed 10:00 author status 완료
        now 2026-11-25 Wed 17:00
        response 1h of 2h kept stopped 2026-11-25 Wed 10:00
        resolution 1h of 8h kept stopped 2026-11-25 Wed 10:00
    """,
    # ------------------------------------------------------------------ closing and reopening
    "after a reopening the clock goes on, without the time between": """
        made 2026-11-25 Wed 09:00 보통
        2026-11-25 Wed 10:00 it status 완료
        2026-11-26 Thu 09:00 author status 진행
        now 2026-11-26 Thu 10:00
        response 1h of 2h kept stopped 2026-11-25 Wed 10:00
        resolution 2h of 8h kept due 2026-11-26 Thu 17:00
    """,
    "closed again it stops again": """
        made 2026-11-25 Wed 09:00 보통
        2026-11-25 Wed 10:00 it status 완료
        2026-11-26 Thu 09:00 author status 진행
        2026-11-26 Thu 12:00 it status 거절
        now 2026-11-30 Mon 12:00
        response 1h of 2h kept stopped 2026-11-25 Wed 10:00
        resolution 4h of 8h kept stopped 2026-11-26 Thu 12:00     # 1 h + 3 h
    """,
    "what is resolved is not closed later": """
        made 2026-11-25 Wed 09:00 보통
        2026-11-25 Wed 11:00 it status 해결
        2026-11-27 Fri 10:00 author status 완료
        now 2026-11-27 Fri 12:00
        response 2h of 2h kept stopped 2026-11-25 Wed 11:00
        resolution 2h of 8h kept stopped 2026-11-25 Wed 11:00
    """,
    "once broken it is broken after a reopening": """
        made 2026-11-25 Wed 09:00 높음
        2026-11-25 Wed 09:30 it note
        2026-11-25 Wed 15:00 it status 완료
        2026-11-26 Thu 09:00 author status 진행
        now 2026-11-26 Thu 10:00
        response 30m of 1h kept stopped 2026-11-25 Wed 09:30
        resolution 6h of 4h breached due 2026-11-25 Wed 14:00 breached 2026-11-25 Wed 14:00
    """,
    # ------------------------------------------------------------------ changes of priority
    "half of the old time is half of the new": """
        made 2026-11-25 Wed 09:00 보통
        2026-11-25 Wed 09:30 it note
        2026-11-25 Wed 14:00 it priority 높음                     # 4 h of 8 h are gone
        now 2026-11-25 Wed 14:00
        response 30m of 2h kept stopped 2026-11-25 Wed 09:30
        resolution 2h of 4h kept due 2026-11-25 Wed 16:00
    """,
    "half of the shorter is half of the longer": """
        made 2026-11-25 Wed 09:00 높음
        2026-11-25 Wed 09:15 it note
        2026-11-25 Wed 11:00 it priority 보통                     # 2 h of 4 h, so 4 h of 8 h
        now 2026-11-25 Wed 12:00
        response 15m of 1h kept stopped 2026-11-25 Wed 09:15      # it stopped under 높음
        resolution 5h of 8h kept due 2026-11-25 Wed 16:00
    """,
    "a lower priority mends nothing that is broken": """
        made 2026-11-25 Wed 09:00 높음
        2026-11-25 Wed 15:00 it priority 보통                     # 5 h of 4 h, and of 1 h
        now 2026-11-25 Wed 15:00
        response 10h of 2h breached due 2026-11-25 Wed 10:00 breached 2026-11-25 Wed 10:00
        resolution 10h of 8h breached due 2026-11-25 Wed 14:00 breached 2026-11-25 Wed 14:00
    """,
    "from office hours to round the clock": """
        made 2026-11-25 Wed 17:00 보통
        2026-11-25 Wed 21:00 it priority 긴급                     # 1 h of 8 h: 30 min of 4 h
        now 2026-11-25 Wed 22:00                                  # 1 h of 2 h: 15 of 30 min
        response 1h15m of 30m breached due 2026-11-25 Wed 21:15 breached 2026-11-25 Wed 21:15
        resolution 1h30m of 4h kept due 2026-11-26 Thu 00:30
    """,
    "up and down again": """
        made 2026-11-25 Wed 09:00 보통
        2026-11-25 Wed 09:00 it note
        2026-11-25 Wed 11:00 it priority 높음                     # 2 h of 8 h: 25 %
        2026-11-25 Wed 12:00 it priority 보통                     # and 1 h of 4 h: 50 %
        now 2026-11-25 Wed 14:00                                  # and 1 h of 8 h: 62.5 %
        response 0h of 2h kept stopped 2026-11-25 Wed 09:00
        resolution 5h of 8h kept due 2026-11-25 Wed 17:00
    """,
    # ------------------------------------------------------------------ other processes and teams
    "from one process to another": """
        made 2026-11-25 Wed 09:00 보통 in request/it
        2026-11-25 Wed 15:00 moved incident/it                    # 5 h of 16 h: 2.5 h of 8 h
        now 2026-11-25 Wed 16:00                                  # 5 h of 4 h: 2.5 h of 2 h
        response 3h30m of 2h breached due 2026-11-25 Wed 14:00 breached 2026-11-25 Wed 14:00
        resolution 3h30m of 8h kept due 2026-11-26 Thu 11:30
    """,
    "to a team that promises no response, too late": """
        made 2026-11-25 Wed 09:00 보통 in request/it
        2026-11-25 Wed 18:00 moved request/biz                    # 8 h of 16 h: 16 h of 32 h
        now 2026-11-26 Thu 10:00
        response 8h of 4h breached paused breached 2026-11-25 Wed 14:00
        resolution 17h of 32h kept due 2026-11-27 Fri 18:00       # 7 h on Thursday, 8 h on Friday
    """,
    "to a process without promises": """
        made 2026-11-25 Wed 09:00 보통
        2026-11-25 Wed 10:00 moved csi/it
        now 2026-11-25 Wed 17:00
        response none
        resolution none
    """,
    "a response alone is promised": """
        made 2026-11-25 Wed 09:00 보통 in problem/it
        now 2026-11-25 Wed 10:00
        response 1h of 8h kept due 2026-11-25 Wed 18:00
        resolution none
    """,
    # ------------------------------------------------------------------ summer time
    "office hours are those of the wall, before and after": """
        made 2026-03-27 Fri 15:00 보통 in berlin/it zone Europe/Berlin
        now 2026-03-30 Mon 09:00
        response none
        resolution 2h of 8h kept due 2026-03-30 Mon 15:00         # 15-16, 8-9
    """,
    "a night in which the clock is put forward is an hour shorter": """
        made 2026-03-28 Sat 22:00 보통 in watch/it zone Europe/Berlin
        now 2026-03-29 Sun 06:00                                  # 2 h and 5 h
        response none
        resolution 7h of 12h kept due 2026-03-30 Mon 03:00        # 22-24, 0-3
    """,
    "a night in which it is put back is an hour longer": """
        made 2026-10-24 Sat 22:00 보통 in watch/it zone Europe/Berlin
        now 2026-10-25 Sun 06:00                                  # 2 h and 7 h
        response none
        resolution 9h of 12h at_risk due 2026-10-26 Mon 01:00
    """,
    "made in the hour that comes twice": """
        made 2026-10-25 Sun 02:30b 보통 in watch/it zone Europe/Berlin
        now 2026-10-25 Sun 03:00
        response none
        resolution 30m of 12h kept due 2026-10-26 Mon 22:30       # 3 h, 2 h, 6 h; 30 min are left
    """,
    "due in the hour that comes twice, the second time": """
        made 2026-10-23 Fri 23:30 보통 in watch/it zone Europe/Berlin
        now 2026-10-24 Sat 06:00                                  # 30 min and 6 h
        response none
        resolution 6h30m of 12h kept due 2026-10-25 Sun 02:30b    # 2 h; 3.5 h after midnight
    """,
    "New York in March": """
        made 2026-03-07 Sat 12:00 보통 in newyork/it zone America/New_York
        now 2026-03-08 Sun 12:00                                  # 23 h
        response none
        resolution 23h of 30h at_risk due 2026-03-08 Sun 19:00
    """,
    "New York in November": """
        made 2026-10-31 Sat 12:00 보통 in newyork/it zone America/New_York
        now 2026-11-01 Sun 12:00                                  # 25 h
        response none
        resolution 25h of 30h at_risk due 2026-11-01 Sun 17:00
    """,
    # ------------------------------------------------------------------ odd times
    "what is dated before the creation counts as of the creation": """
        made 2026-11-25 Wed 09:00 보통
        2026-11-25 Wed 08:50 it status 진행
        now 2026-11-25 Wed 10:00
        response 0h of 2h kept stopped 2026-11-25 Wed 09:00
        resolution 1h of 8h kept due 2026-11-25 Wed 18:00
    """,
    "what comes after the moment that is asked for has not happened": """
        made 2026-11-25 Wed 09:00 보통
        2026-11-25 Wed 15:00 it status 완료
        now 2026-11-25 Wed 10:00
        response 1h of 2h kept due 2026-11-25 Wed 11:00
        resolution 1h of 8h kept due 2026-11-25 Wed 18:00
    """,
    "at one time the later journal counts, whatever the order": """
        made 2026-11-25 Wed 09:00 보통
        2026-11-25 Wed 11:00 it status 진행 j6
        2026-11-25 Wed 11:00 it status 완료 j5
        now 2026-11-25 Wed 12:00
        response 2h of 2h kept stopped 2026-11-25 Wed 11:00
        resolution 3h of 8h kept due 2026-11-25 Wed 18:00
    """,
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_clocks_show_what_was_worked_out_by_hand(case: str) -> None:
    told = story(case)
    assert told.now is not None
    standings = CLOCKS.standings(told.history, told.spans, told.now)
    found = {str(one.aim): shown(one, told.zone) for one in standings}
    expected = {aim: text for aim, text in told.expected.items() if text != "none"}
    assert found == expected
    assert set(told.expected) == {"response", "resolution"}


def test_there_are_forty_cases_at_least() -> None:
    assert len(CASES) >= 40
