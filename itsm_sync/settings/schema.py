"""What may stand in `settings.yaml`; the other files are made of the model's own words."""

import re
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    field_validator,
    model_validator,
)

from itsm_sync.model.text import nearest
from itsm_sync.model.tickets import BUILT_IN, FieldName
from itsm_sync.model.words import Message
from itsm_sync.settings.faults import Wrong

VARIABLE = "^[A-Z][A-Z0-9_]*$"
# An address, or `Name <address>`; no end of a header in it.
_MAILBOX = r"[^\s<>@,;:]{1,64}@[A-Za-z0-9.-]+"
_SENDER = rf'^(?:[^<>@\r\n"\\,;:]{{1,80}} <{_MAILBOX}>|{_MAILBOX})$'


class Strict(BaseModel):
    """Unknown keys are errors; nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        near = nearest(name, available_timezones())
        told = "no such time zone: {name}"
        if near:
            told = "no such time zone: {name}; is `{near}` meant?"
        raise Wrong(Message(told, {"name": name, "near": near})) from error
    return name


def _database(url: str) -> str:
    if not re.match(r"(sqlite|postgres(ql)?)(\+\w+)?://", url.strip()):  # never quoted: a password
        raise Wrong(Message("not an address of a database (`sqlite:////absolute/path` is one)"))
    return url.strip()


def _certificates(file: str) -> str:
    if not Path(file).is_file():
        raise Wrong(Message("no such file: {file}", {"file": file}))
    return file


def _address(url: str) -> str:
    url = url.strip()
    if not url.casefold().startswith(("http://", "https://")):
        raise Wrong(
            Message("an address begins with https:// (or http:// on a machine of one's own)")
        )
    try:
        parts = urlsplit(url)
        unfit = not parts.hostname or parts.port == 0 or re.search(r"[\s\x00-\x1f\x7f?#]", url)
    except ValueError:  # it quotes the address
        unfit = True
    if unfit:
        raise Wrong(Message("is no address of a server, as https://redmine.example.com is"))
    if "@" in parts.netloc:
        raise Wrong(Message("an address has no user and no password in it"))
    return url.rstrip("/")


CaFile = Annotated[str, AfterValidator(_certificates)]
Zone = Annotated[str, AfterValidator(_zone)]
Address = Annotated[str, AfterValidator(_address)]
# The name of an environment variable; a secret put here by mistake seldom looks so.
Variable = Annotated[str, Field(pattern=VARIABLE)]
# No name is of dots alone.
Repository = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+/[A-Za-z0-9._-]*[A-Za-z0-9_-]\.*$")]
Seconds = Annotated[int, Field(gt=0, le=3600)]


class Server(Strict):
    """How a server is asked.

    `timeout` is the seconds for a connection, and for each silence while an answer comes;
    `deadline` those for a request from its sending to its last byte, four times `timeout` where
    it is left out. `concurrency` requests at once, and `rate` a second, on the average of a
    minute: what was saved in one may be spent at once.
    """

    timeout: Seconds = 30
    deadline: Seconds | None = None
    concurrency: Annotated[int, Field(ge=1, le=16)] = 2
    rate: Annotated[float, Field(gt=0, le=1000)] = 15.0
    ca_file: CaFile | None = None


class TicketField(Strict):
    """A custom field of ours: its name in Redmine, and its id where two fields share the name."""

    name: Annotated[str, Field(min_length=1, max_length=30)]
    id: int | None = None


class Notes(Strict):
    """Notes on tickets: how visible, and on which occasions."""

    visibility: Literal["none", "private", "public"] = "private"
    on: tuple[Literal["handover", "new"], ...] = ("handover", "new")


class Says(Strict):
    """The names, of field values or statuses, by which people ask for, give, refuse approval."""

    awaiting: tuple[str, ...] = ()
    approved: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _differ(self) -> Self:
        """Reject a name that says two things."""
        names = (*self.awaiting, *self.approved, *self.rejected)
        if len(set(names)) < len(names):
            raise Wrong(Message("a name says one thing only: it stands here twice"))
        return self


class Approvals(Strict):
    """How a person approves: by a value of the field `approval`, by a status, or by either."""

    field: Says = Says(
        awaiting=("대기", "Awaiting"), approved=("승인", "Approved"), rejected=("반려", "Rejected")
    )
    statuses: Says = Says(
        awaiting=("승인 대기", "Awaiting approval"),
        approved=("승인", "Approved"),
        rejected=("반려", "Sent back"),
    )


class Redmine(Server):
    """Redmine: where tickets are read and written.

    `projects` are identifiers; their subprojects belong to them. `overlap` is how many seconds a
    read goes back before the newest ticket seen (a commit may come late). `markup` is how Redmine
    formats texts; `auto` reads it from a ticket's page. `histories` is how many tickets of before a
    cycle reads the history of. `readers` is how many pages of a first read are asked for at once:
    more than one helps where Redmine has as many processes, within `concurrency`.
    """

    url: Address
    key_env: Variable = "REDMINE_API_KEY"
    projects: Annotated[tuple[str, ...], Field(min_length=1)]
    overlap: Annotated[int, Field(ge=0, le=600)] = 60
    fields: dict[FieldName, TicketField]
    assign: Literal["never", "unassigned"] = "unassigned"
    watch: Literal["never", "consulted"] = "consulted"
    notes: Notes = Notes()
    approvals: Approvals = Approvals()
    markup: Literal["auto", "textile", "markdown", "common_mark", "none"] = "auto"
    histories: Annotated[int, Field(ge=0, le=10_000)] = 100
    readers: Annotated[int, Field(ge=1, le=8)] = 1
    api_key: SecretStr = SecretStr("")

    @field_validator("fields")
    @classmethod
    def _custom(cls, fields: dict[FieldName, TicketField]) -> dict[FieldName, TicketField]:
        """Reject a field of Redmine's own: it has no name to be given."""
        if wrong := [name for name in fields if name in BUILT_IN]:
            params = {"field": wrong[0].value}
            raise Wrong(Message("{field} is Redmine's own, and no field of ours", params))
        return fields

    @model_validator(mode="after")
    def _differ(self) -> Self:
        """Reject two fields of ours that are one field in Redmine."""
        names = [(field.id, field.id is None and field.name) for field in self.fields.values()]
        if len(set(names)) < len(names):
            raise Wrong(Message("two of our fields have the same name: each needs one of its own"))
        return self


class Jenkins(Server):
    """One Jenkins controller. `jobs` are full names of jobs or folders to read, `*` fits within.

    `history` is how many builds of a job are read at first.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")] = "ci"
    url: Address
    user_env: Variable = "JENKINS_USER"
    token_env: Variable = "JENKINS_TOKEN"  # noqa: S105 - the name of a variable
    jobs: tuple[str, ...] = ("*",)
    history: Annotated[int, Field(ge=1, le=100_000)] = 200
    user: str = ""
    token: SecretStr = SecretStr("")


class GitHub(Server):
    """GitHub: `repositories` are `owner/name`. `history_days` is how far a first read goes back.

    So many requests of an hour's limit as `reserve` says are left to others who have the token,
    though never more than half of them. GitHub wants to be asked serially, and less than 900 times
    a minute (GitHub fact 2): with what was saved, `rate` comes to 840 in the worst one.
    """

    concurrency: Annotated[int, Field(ge=1, le=16)] = 1
    rate: Annotated[float, Field(gt=0, le=1000)] = 7.0
    reserve: Annotated[int, Field(ge=0)] = 500

    url: Address = "https://api.github.com"
    token_env: Variable = "GITHUB_TOKEN"  # noqa: S105 - the name of a variable
    repositories: Annotated[tuple[Repository, ...], Field(min_length=1)]
    history_days: Annotated[int, Field(ge=1)] = 180
    token: SecretStr = SecretStr("")


class Heartbeat(Strict):
    """A dead man's switch: an address that is asked with each cycle, and whose keeper calls when
    it no longer is. `tells` is `all` where it understands `/start` and `/fail` behind the address,
    and `success` where it has one address only, which is asked when a cycle ended well.
    """

    url_env: Variable = "ITSM_SYNC_HEARTBEAT_URL"
    tells: Literal["all", "success"] = "all"
    timeout: Annotated[int, Field(gt=0, le=60)] = 5
    ca_file: CaFile | None = None
    url: SecretStr = SecretStr("")


class Mail(Strict):
    """The server that takes our mail. `starttls` and `tls` both see that its certificate is right;
    `none` is for a server on this machine alone. Who has no `user` logs in nowhere.
    """

    host: Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[A-Za-z0-9.:-]+$")]
    port: Annotated[int, Field(gt=0, le=65_535)] | None = None
    security: Literal["starttls", "tls", "none"] = "starttls"
    sender: Annotated[str, Field(pattern=_SENDER)]
    user: Annotated[str, Field(max_length=255)] = ""
    password_env: Variable = "ITSM_SYNC_MAIL_PASSWORD"  # noqa: S105 - the name of a variable
    timeout: Annotated[int, Field(gt=0, le=600)] = 30
    ca_file: CaFile | None = None
    password: SecretStr = SecretStr("")

    @model_validator(mode="after")
    def _near(self) -> Self:
        """Reject mail that others could read on its way."""
        if self.security == "none" and self.host not in ("localhost", "127.0.0.1", "::1"):
            raise Wrong(Message("`security: none` is for a server on this machine alone"))
        if self.security == "none" and self.user:
            raise Wrong(Message("a password is sent through TLS only"))
        return self

    @property
    def door(self) -> int:
        """Answer the port: as said, or the usual one (RFC 8314, RFC 6409)."""
        return self.port or {"tls": 465, "starttls": 587, "none": 25}[self.security]


# 0 or nothing: no cap.
Most = Annotated[int, BeforeValidator(lambda value: 0 if value is None else value), Field(ge=0)]


class Caps(Strict):
    """The most that a cycle may write before a person looks at it (`model.caps.Caps`)."""

    rule: Most = 50
    team: Most = 100
    cycle: Most = 150
    share: Annotated[Most, Field(le=100)] = 30
    floor: Most = 20
    mails: Most = 500
    new: Most = 500
    incidents: Most = 100
    clocks: Most = 100
    urgent: tuple[str, ...] = ("incident",)


class Webhooks(Strict):
    """The variables that hold what webhooks are signed with. A secret may be missing: what comes
    from that system is then refused.
    """

    github_env: Variable = "GITHUB_WEBHOOK_SECRET"
    jenkins_env: Variable = "JENKINS_WEBHOOK_SECRET"
    redmine_env: Variable = "REDMINE_WEBHOOK_SECRET"
    secrets: dict[str, SecretStr] = {}


class Http(Strict):
    """The daemon's HTTP port. `hosts` are the names that requests may ask for; none: on loopback
    only its own names, elsewhere any. `body` is the most bytes of a webhook.
    """

    enabled: bool = True
    host: Annotated[str, Field(min_length=1, max_length=255)] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 8480
    hosts: tuple[str, ...] = ()
    body: Annotated[int, Field(ge=1_024, le=26_214_400)] = 1_048_576  # GitHub sends 25 MB at most
    webhooks: Webhooks = Webhooks()


class General(Strict):
    """The whole of `settings.yaml`.

    `held_plan` is the file of a plan that caps hold; "" is beside the database.
    """

    language: Literal["ko", "en"] = "ko"
    timezone: Zone = "Asia/Seoul"
    database: Annotated[str, AfterValidator(_database)] = "sqlite:///itsm-sync.db"
    database_password: SecretStr = SecretStr("")
    write: Literal["observe", "on"] = "observe"
    backfill: Literal["open", "since", "all", "none"] = "open"
    backfill_since: date | None = None
    caps: Caps = Caps()
    held_plan: str = ""
    redmine: Redmine
    jenkins: tuple[Jenkins, ...] = ()
    github: GitHub | None = None
    heartbeat: Heartbeat | None = None
    sources: dict[str, dict[str, object]] = {}
    http: Http = Http()
    mail: Mail | None = None

    @field_validator("jenkins")
    @classmethod
    def _named_apart(cls, controllers: tuple[Jenkins, ...]) -> tuple[Jenkins, ...]:
        """Reject two controllers of one name: their items would have the same keys."""
        if len({controller.name for controller in controllers}) < len(controllers):
            raise Wrong(Message("two controllers have the same name"))
        return controllers

    @model_validator(mode="after")
    def _since_when(self) -> Self:
        """Reject a backfill since no date, and a date that nothing asks for."""
        if (self.backfill == "since") != (self.backfill_since is not None):
            raise Wrong(Message("`backfill: since` and `backfill_since: DATE` need each other"))
        return self
