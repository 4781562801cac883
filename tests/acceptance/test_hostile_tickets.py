"""Tickets as an attacker writes them, and payloads of another shape: no stop, no leak."""

import json

from sandbox.standins.server import Answer, Request

from itsm_sync.model.tickets import FieldName
from tests.acceptance.conftest import Program
from tests.acceptance.pages import PLAIN, foreign, shown

EVIL = (
    "<script>alert(1)</script><img src=x onerror=alert(1)> 서버 장애",
    '"누르세요":http://evil.example/ !http://evil.example/x.png! {{include(x)}} 서버 장애',
    "[눌러](javascript:alert(1)) @admin user#1 #1 r1 [[위키]] 서버 다운",
    "\U0001f525" * 255,
    "\u202e\u2066서버 장애\u200b reboot",
    "h1. {{toc}} attachment:x.png commit:abc source:x user:admin project:abc 서버 장애",
)
BODIES = (
    "<script>alert(1)</script>\n\nh1. x\n\n<pre><code>\n{{toc}}\n@admin 장애 #1",
    "장애 " * 200_000,
    "",
)
PRIVATE = "비밀스러운말"
# What stands in an answer where a ticket should have something else.
SPOILED = (
    ("subject", None),
    ("subject", [PRIVATE]),
    ("status", PRIVATE),
    ("status", {"id": PRIVATE}),
    ("author", None),
    ("tracker", 5),
    ("custom_fields", None),
    ("custom_fields", [PRIVATE]),
    ("relations", PRIVATE),
    ("created_on", PRIVATE),
    ("priority", PRIVATE),
    ("parent", {"id": PRIVATE}),
    ("description", [PRIVATE]),
    ("due_date", {PRIVATE: 1}),
    ("done_ratio", [PRIVATE]),
    ("assigned_to", PRIVATE),
)  # fmt: skip


def test_no_mark_up_of_a_ticket_comes_back_in_what_is_written(program: Program) -> None:
    settings = program.configuration / "settings.yaml"
    text = settings.read_text(encoding="utf-8").replace("visibility: private", "visibility: public")
    settings.write_text(text, encoding="utf-8")
    program.office.create("yujin", "로그인 화면이 안 열려요")
    assert program.sync().status == 0
    numbers = [
        program.office.create("yujin", evil[:255], description=BODIES[n % len(BODIES)])
        for n, evil in enumerate(EVIL)
    ]
    said = program.sync()
    assert said.status == 0, said.err
    assert said.json["edits"]["applied"] == len(EVIL)
    for number in numbers:
        assert program.office.value(number, FieldName.PROCESS)
        found = shown(program, number)
        assert found.tags <= PLAIN, number
        assert "p" in found.tags
        assert foreign(found) == [], number
    assert program.sync().json["edits"]["planned"] == 0


def test_tickets_of_another_shape_are_set_aside_and_the_others_go_on(program: Program) -> None:
    good = program.office.create("yujin", "로그인 화면이 안 열려요")
    spoiled = {
        program.office.create("yujin", f"{PRIVATE} {n}", is_private=True): change
        for n, change in enumerate(SPOILED)
    }
    true = program.proxy.answer

    def answer(request: Request) -> Answer:
        told = true(request)
        if not request.path.endswith("issues.json"):
            return told
        document = json.loads(told.body)
        for row in document.get("issues", ()):
            if row["id"] in spoiled:
                name, value = spoiled[row["id"]]
                row[name] = value
        return Answer.json(document)

    program.proxy.answer = answer  # type: ignore[method-assign]
    said = program.run("sync", "--json", "--verbose")
    assert said.status == 1
    assert said.json["sources"]["redmine"]["status"] == "partly", said.json["sources"]
    assert said.json["dead_letters"] > len(SPOILED) // 2
    assert program.office.value(good, FieldName.PROCESS) == "사건 관리"
    status = program.run("status", "--json")
    planned = program.run("plan", "--json", "--verbose")
    for told in (said, status):
        assert PRIVATE not in told.err
        assert PRIVATE not in told.out
    assert PRIVATE not in planned.err
    program.proxy.answer = true  # type: ignore[method-assign]
    mended = program.sync()
    assert mended.json["sources"]["redmine"]["status"] == "ok"
