"""Opening a ticket: what is sent when, and what is said of answers that are lost or odd."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from itsm_sync.clients.errors import (
    Broken,
    ClientError,
    Conflict,
    Forbidden,
    Invalid,
    Unauthorised,
    Unreachable,
)
from itsm_sync.desk.forms import Form
from itsm_sync.desk.opening import Opener, fitting
from itsm_sync.model.audience import Kind, Place
from itsm_sync.model.items import Audience
from itsm_sync.model.markup import Markup, Rendering
from itsm_sync.model.openings import Opened, Opening, OpeningOutcome, Shown
from itsm_sync.model.tickets import FieldName, Ref
from itsm_sync.model.words import Message
from tests.builders import FIELD_IDS, IT_GROUP, item, ticket

SECRET = "극비취약점"
NEUTRAL = "보안 점검"
NUMBER = 7
FIELDS = {FieldName.TEAM: "IT기획팀", FieldName.KEY: f"github:{SECRET}", FieldName.REASON: SECRET}
WORDS = ("subject", "description")


def wanted(**changes: Any) -> Opening:
    values: dict[str, Any] = {
        "project": 1,
        "tracker": 1,
        "subject": SECRET,
        "description": f"{SECRET} @admin",
        "group": IT_GROUP,
        "priority": 2,
        "fields": FIELDS,
        "field_ids": FIELD_IDS,
        "private": True,
        "neutral": NEUTRAL,
    }
    return Opening(**(values | changes))


def trouble(kind: type[ClientError] = Broken) -> ClientError:
    return kind(Message("it went wrong"), system="redmine", details=("a reason",))


@dataclass
class Redmine:
    """Keeps one ticket, or fails: `fails` names the calls by their order ("show 2")."""

    shown: Shown = field(
        default_factory=lambda: Shown(
            ticket=ticket(NUMBER, private=True), subject="", description="", priority=2
        )
    )
    right: bool = True
    form: Form = field(default_factory=lambda: Form(notes=True, markup="textile", version=3))
    fails: Mapping[str, ClientError] = field(default_factory=dict)
    writes_before_failing: bool = False
    log: list[str] = field(default_factory=list)
    sent: list[Mapping[str, Any]] = field(default_factory=list)

    def _called(self, what: str) -> None:
        self.log.append(what)
        error = self.fails.get(f"{what} {self.log.count(what)}")
        if error is not None:
            raise error

    def may_be_private(self, project: int) -> bool:
        self._called("right")
        return self.right

    def post(self, fields: Mapping[str, Any]) -> int:
        self._take(fields)
        self._called("post")
        return NUMBER

    def put(self, number: int, fields: Mapping[str, Any]) -> None:
        if self.writes_before_failing:
            self._take(fields)
        self._called("put")
        if not self.writes_before_failing:
            self._take(fields)

    def show(self, number: int) -> Shown:
        self._called("show")
        return self.shown

    def form_at(self, number: int) -> Form:
        self._called("form")
        return self.form

    def rendering_by(self, found: Form) -> Rendering:
        return Rendering(markup=found.text_formatting)

    def saw(self, event: str, /, **details: object) -> None:
        assert SECRET not in f"{event} {details}"

    def _take(self, fields: Mapping[str, Any]) -> None:
        self.sent.append(fields)
        names = {number: name for name, number in FIELD_IDS.items()}
        values = {names[f["id"]]: f["value"] for f in fields.get("custom_fields", ())}
        now = self.shown.ticket
        group = Ref(id=IT_GROUP, name="IT기획팀")
        self.shown = replace(
            self.shown,
            ticket=replace(now, fields={**now.fields, **values}, assignee=group),
            **{name: fields[name] for name in WORDS if name in fields},
        )


def opened(redmine: Redmine, one: Opening | None = None) -> Opened:
    return Opener(counter=redmine, observer=redmine).open(one or wanted())


def test_words_go_in_after_the_ticket_was_seen_to_be_private() -> None:
    redmine = Redmine()
    result = opened(redmine)
    assert (result.outcome, result.number, result.dropped, result.why) == (
        OpeningOutcome.OPENED,
        NUMBER,
        (),
        None,
    )
    assert redmine.log == ["right", "post", "form", "show", "put", "show"]
    post, put = redmine.sent
    assert SECRET not in str(post)
    assert (post["subject"], post["is_private"]) == (NEUTRAL, True)
    assert post["assigned_to_id"] == IT_GROUP
    assert put["lock_version"] == 3
    assert put["description"] == f"{SECRET} &#64;admin"


@pytest.mark.parametrize(
    ("redmine", "why"),
    [
        (Redmine(right=False), "the bot may not make private tickets in this project"),
        (Redmine(fails={"right 1": trouble()}), "it went wrong"),
    ],
)
def test_without_the_right_nothing_is_sent(redmine: Redmine, why: str) -> None:
    result = opened(redmine)
    assert (result.outcome, str(result.why)) == (OpeningOutcome.REFUSED, why)
    assert redmine.log == ["right"]


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        (Invalid, OpeningOutcome.REFUSED),
        (Forbidden, OpeningOutcome.REFUSED),
        (Unauthorised, OpeningOutcome.REFUSED),
        (Broken, OpeningOutcome.UNKNOWN),
        (Unreachable, OpeningOutcome.UNKNOWN),
        (Conflict, OpeningOutcome.UNKNOWN),
    ],
)
@pytest.mark.parametrize("private", [True, False])
def test_a_post_is_never_repeated(
    kind: type[ClientError], outcome: OpeningOutcome, *, private: bool
) -> None:
    redmine = Redmine(fails={"post 1": trouble(kind)})
    result = opened(redmine, wanted(private=private))
    assert (result.outcome, result.number) == (outcome, None)
    assert redmine.log.count("post") == 1
    assert redmine.log[-1] == "post"


@pytest.mark.parametrize(
    "redmine",
    [
        Redmine(shown=Shown(ticket=ticket(NUMBER), subject="", description="", priority=2)),
        Redmine(
            shown=Shown(
                ticket=ticket(NUMBER, private=True, project=Ref(id=9, name="다른 곳")),
                subject="",
                description="",
                priority=2,
            )
        ),
        Redmine(form=Form()),
        Redmine(fails={"form 1": trouble()}),
        Redmine(fails={"show 1": trouble()}),
    ],
    ids=["public", "elsewhere", "not to be edited", "no page", "not to be read"],
)
def test_a_ticket_that_is_not_known_to_be_private_is_told_nothing(redmine: Redmine) -> None:
    result = opened(redmine)
    assert result.outcome is OpeningOutcome.NEUTRAL
    assert result.number == NUMBER
    assert result.why is not None
    assert "put" not in redmine.log
    assert SECRET not in str(redmine.sent)


def test_a_ticket_that_somebody_changed_meanwhile_stays_neutral() -> None:
    result = opened(Redmine(fails={"put 1": trouble(Conflict)}))
    assert (result.outcome, str(result.why)) == (OpeningOutcome.NEUTRAL, "it went wrong")


def test_words_that_went_in_though_the_answer_was_lost_are_in() -> None:
    redmine = Redmine(fails={"put 1": trouble()}, writes_before_failing=True)
    assert opened(redmine).outcome is OpeningOutcome.OPENED


def test_a_ticket_that_can_not_be_read_back_is_told_as_far_as_it_is_known() -> None:
    assert opened(Redmine(fails={"show 2": trouble()})).outcome is OpeningOutcome.OPENED
    lost = opened(Redmine(fails={"put 1": trouble(), "show 2": trouble()}))
    assert lost.outcome is OpeningOutcome.NEUTRAL
    public = opened(Redmine(fails={"show 1": trouble()}), wanted(private=False))
    assert (public.outcome, public.number) == (OpeningOutcome.OPENED, NUMBER)


def test_a_private_ticket_needs_somebody_who_sees_it() -> None:
    with pytest.raises(ValueError, match="a group that sees it"):
        wanted(group=None)
    with pytest.raises(ValueError, match="neutral"):
        wanted(neutral="")


ALERT = item(title=SECRET, key="github:abc/app/dependabot/7", audience=Audience.PRIVATE)
CLOSED = Place(kind=Kind.PROJECT, project="abc-sec", public=False)
PUBLIC = Place(kind=Kind.PROJECT, project="abc-app")


def test_an_opening_is_whole_private_or_neutral_as_its_place_allows() -> None:
    plain = wanted(private=False, neutral="")
    private = fitting(plain, ALERT, CLOSED, ("abc-sec",), "en")
    assert private == replace(plain, private=True, neutral="something that may not be shown here")
    assert fitting(plain, item(), PUBLIC, (), "en") == plain
    neutral = fitting(plain, ALERT, PUBLIC, ("abc-sec",), "ko")
    assert SECRET not in str(neutral)
    assert (neutral.private, neutral.subject) == (False, "여기에는 보여 줄 수 없는 항목")
    assert neutral.fields == {FieldName.TEAM: "IT기획팀"}


def test_a_public_ticket_says_its_text_in_the_mark_up_it_is_told() -> None:
    redmine = Redmine(shown=Shown(ticket=ticket(NUMBER), subject="", description="", priority=2))
    opener = Opener(
        counter=redmine, observer=redmine, rendering=Rendering(markup=Markup.COMMON_MARK)
    )
    result = opener.open(wanted(private=False))
    assert (result.outcome, result.dropped) == (OpeningOutcome.OPENED, ())
    assert redmine.log == ["post", "show"]
    assert redmine.sent[0]["description"] == f"{SECRET} &#64;<wbr>admin"
