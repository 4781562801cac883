"""Run by bugwarrior's own Python: reads all tickets for each line that comes in.

    bugwarrior_alone.py URL

The key stands in REDMINE_API_KEY. Prints the number of tickets each time.
"""

import os
import sys
from typing import Any

_PAGE = 100
_HOURS = ("spent_hours", "estimated_hours")  # it would start a program for each of them


def main() -> None:
    """Read as it is told to."""
    from bugwarrior.config.schema import MainSectionConfig  # noqa: PLC0415 - ours has none
    from bugwarrior.services.redmine import RedMineConfig, RedMineService  # noqa: PLC0415 - same

    home = os.environ["HOME"]
    config = RedMineConfig(
        service="redmine", target="redmine", url=sys.argv[1], key=os.environ["REDMINE_API_KEY"]
    )
    main_config = MainSectionConfig(targets=["redmine"], taskrc=f"{home}/.taskrc")
    service = RedMineService(config, main_config)
    for _ in sys.stdin:
        print(_read(service), flush=True)


def _read(service: Any) -> int:
    count = 0
    while True:
        query = f"status_id=*&sort=id&offset={count}"
        rows = service.client.find_issues(_PAGE, query)
        for row in rows:
            kept = {name: value for name, value in row.items() if name not in _HOURS}
            service.get_issue_for_record(kept).to_taskwarrior()
        count += len(rows)
        if len(rows) < _PAGE:
            return count


if __name__ == "__main__":
    main()
