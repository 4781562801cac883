"""What the operating system refuses is told in words of ours, in both languages."""

import re
import socket
from pathlib import Path

from itsm_sync.locale import say
from itsm_sync.model.os_errors import _SAID, why


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    try:
        (tmp_path / "none").read_text(encoding="utf-8")
    except OSError as error:
        told = why(error)
    assert say(told, "en") == "no such file or directory"
    assert say(told, "ko") == "파일이나 디렉터리가 없습니다"


def test_an_address_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, socket.socket() as other:
        try:
            other.bind(taken.getsockname())
        except OSError as error:
            told = why(error)
    assert say(told, "en") == "another program listens there already"


def test_what_we_have_no_sentence_for_is_told_as_the_system_tells_it() -> None:
    assert str(why(OSError(71, "Protocol error"))) == "Protocol error"
    assert str(why(OSError("odd"))) == "odd"
    assert str(why(OSError())) == "?"
    assert str(why(UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"))).startswith("'utf-8' codec")


def test_every_sentence_is_said_in_korean() -> None:
    assert [m.text for m in _SAID.values() if not re.search("[가-힣]", say(m, "ko"))] == []
