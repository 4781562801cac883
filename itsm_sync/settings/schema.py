"""What may stand in `settings.yaml`; the other files are made of the model's own words."""

from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from itsm_sync.model.tickets import FieldName
from itsm_sync.model.words import Message
from itsm_sync.settings.faults import Wrong


class Strict(BaseModel):
    """Unknown keys are errors; nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Wrong(Message("no such time zone: {name}", {"name": name})) from error
    return name


def _address(url: str) -> str:
    if not url.startswith(("http://", "https://")):
        raise Wrong(
            Message("an address begins with https:// (or http:// on a machine of one's own)")
        )
    return url.rstrip("/")


Zone = Annotated[str, AfterValidator(_zone)]
Address = Annotated[str, AfterValidator(_address)]
Seconds = Annotated[int, Field(gt=0, le=3600)]


class TicketField(Strict):
    """A custom field of ours: its name in Redmine, and its id where two fields share the name."""

    name: Annotated[str, Field(min_length=1, max_length=30)]
    id: int | None = None


class Notes(Strict):
    """Notes on tickets: how visible, and on which occasions."""

    visibility: Literal["none", "private", "public"] = "private"
    on: tuple[Literal["handover", "new"], ...] = ("handover", "new")


class Redmine(Strict):
    """Redmine: where tickets are read and written.

    `projects` are identifiers; their subprojects belong to them. `overlap` is how many seconds a
    read goes back before the newest ticket seen (a commit may come late).
    """

    url: Address
    key_env: str = "REDMINE_API_KEY"
    projects: Annotated[tuple[str, ...], Field(min_length=1)]
    timeout: Seconds = 30
    overlap: Annotated[int, Field(ge=0, le=600)] = 60
    ca_file: str | None = None
    fields: dict[FieldName, TicketField]
    assign: Literal["never", "unassigned"] = "unassigned"
    notes: Notes = Notes()
    api_key: SecretStr = SecretStr("")


class Jenkins(Strict):
    """One Jenkins controller. `jobs` are full names of jobs or folders to read, `*` fits within.

    `history` is how many builds of a job are read at first.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")] = "ci"
    url: Address
    user_env: str = "JENKINS_USER"
    token_env: str = "JENKINS_TOKEN"  # noqa: S105 - the name of a variable
    jobs: tuple[str, ...] = ("*",)
    history: Annotated[int, Field(ge=1, le=100_000)] = 200
    timeout: Seconds = 30
    ca_file: str | None = None
    user: str = ""
    token: SecretStr = SecretStr("")


class GitHub(Strict):
    """GitHub: `repositories` are `owner/name`. `history_days` is how far a first read goes back."""

    url: Address = "https://api.github.com"
    token_env: str = "GITHUB_TOKEN"  # noqa: S105 - the name of a variable
    repositories: Annotated[tuple[str, ...], Field(min_length=1)]
    history_days: Annotated[int, Field(ge=1)] = 180
    timeout: Seconds = 30
    ca_file: str | None = None
    token: SecretStr = SecretStr("")


class General(Strict):
    """The whole of `settings.yaml`."""

    language: Literal["ko", "en"] = "ko"
    timezone: Zone = "Asia/Seoul"
    database: str = "sqlite:///itsm-sync.db"
    write: Literal["observe", "on"] = "observe"
    redmine: Redmine
    jenkins: tuple[Jenkins, ...] = ()
    github: GitHub | None = None
    sources: dict[str, dict[str, object]] = {}
