"""What a daemon that waits for its turn says to who started it at a terminal."""

from datetime import datetime

from itsm_sync.cli.call import Call
from itsm_sync.model.words import Message

_WAITS = (
    "another itsm-sync daemon works over this database ({holder}, since {since}): this one waits,"
    " and takes over when that one ends or is silent for {seconds} seconds; Ctrl-C ends it"
)
_WORKS = "the other daemon has gone: this one works now"


class Standby:
    """Listens to a daemon; says that it waits, for whom, and when that is over."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._waits = False

    def saw(self, event: str, /, **details: object) -> None:
        if event == "daemon.standby":
            self._waits = True
            params = {
                "holder": details["holder"] or "?",
                "since": self._when(details["since"]),
                "seconds": round(float(str(details["lease"]))),
            }
            self._call.remark(Message(_WAITS, params))
        elif event == "daemon.working" and self._waits:
            self._waits = False
            self._call.remark(Message(_WORKS))

    def _when(self, since: object) -> str:
        if since is None:
            return "?"
        return f"{datetime.fromisoformat(str(since)).astimezone(self._call.zone):%Y-%m-%d %H:%M %Z}"
