"""The Redmine side, as Ruby generated from the configuration: what REST can't make."""

import json
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from itsm_sync.desk import workflows
from itsm_sync.desk.promises import LEVELS
from itsm_sync.locale import say
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.reporting import Reporting, TargetKind
from itsm_sync.model.service_levels import Level
from itsm_sync.model.tickets import DERIVED, FieldName
from itsm_sync.model.words import Language, Message, Words
from itsm_sync.settings import Settings
from itsm_sync.settings.schema import Approvals, Says

BOT_LOGIN = "itsm-sync"
BOT_ROLE = Words(ko="ITSM 동기화", en="ITSM synchronisation")
BOT_NAME = Words(ko="봇", en="bot")
BOT_MAIL = "itsm-sync@example.invalid"  # nobody's: the bot asks for no mail
TEAM_ROLE = Words(ko="ITSM 담당", en="ITSM team")
APPROVALS = (
    Words(ko="대기", en="Awaiting"),
    Words(ko="승인", en="Approved"),
    Words(ko="반려", en="Rejected"),
)
# The stages in which a row holds a ticket until somebody has approved it.
APPROVING = "approve"

_PUBLISHING = {TargetKind.WIKI: "edit_wiki_pages", TargetKind.NEWS: "manage_news"}
_SHOWN = (FieldName.PROCESS, FieldName.STAGE, FieldName.TEAM, FieldName.ROLE)
_ABOUT: dict[FieldName, Words] = {
    FieldName.PROCESS: Words(
        ko="ITSM 프로세스. 고치면 고친 값이 남고, 비우면 다시 채워집니다.",
        en="The ITSM process. What you choose stays; emptied, it is filled again.",
    ),
    FieldName.STAGE: Words(ko="프로세스의 단계 (자동)", en="The process' stage (automatic)"),
    FieldName.TEAM: Words(
        ko="R&R의 담당 팀. 고치면 고친 값이 남고, 비우면 다시 채워집니다.",
        en="The responsible team. What you choose stays; emptied, it is filled again.",
    ),
    FieldName.ROLE: Words(
        ko="R&R 표의 분류. 고치면 고친 값이 남고, 비우면 다시 채워집니다.",
        en="The matrix' role. What you choose stays; emptied, it is filled again.",
    ),
    FieldName.RESPONSIBILITY: Words(
        ko="R&R 표의 역할과 책임 (자동)", en="The matrix' role and responsibility (automatic)"
    ),
    FieldName.APPROVING_TEAM: Words(
        ko="승인하는 팀. 고치면 고친 값이 남고, 비우면 다시 채워집니다.",
        en="The team that approves. What you choose stays; emptied, it is filled again.",
    ),
    FieldName.APPROVAL: Words(ko="승인하는 팀이 정합니다.", en="For the approving team to set."),
    FieldName.REASON: Words(ko="왜 이 팀인지 (자동)", en="Why this team (automatic)"),
    FieldName.PIN: Words(
        ko="예: 이 일감은 itsm-sync가 고치지 않습니다.",
        en="Yes: itsm-sync leaves this ticket alone.",
    ),
    FieldName.KEY: Words(
        ko="동기화에 쓰는 이름 (자동)", en="The name used by itsm-sync (automatic)"
    ),
    FieldName.SLA_STATE: Words(
        ko="약속한 응답·해결 시간 (자동)",
        en="How the promised times stand (automatic)",
    ),
    FieldName.SLA_DUE: Words(
        ko="다음 기한. 시간이 멈춰 있으면 비어 있습니다. (자동)",
        en="When the next one runs out; empty while time pauses (automatic)",
    ),
}


def ruby(settings: Settings, *, itil: bool = True) -> str:
    """Answer the Ruby for `rails runner` that makes the Redmine side of this configuration.

    Args:
        settings: gives fields, projects, teams, processes, stages and rows, in its language.
        itil: whether the ITIL trackers and their statuses are wanted too.
    """
    text = json.dumps(wanted(settings, itil=itil), ensure_ascii=False, indent=1)
    workflow, template = (
        (files(__package__) / name).read_text(encoding="utf-8")
        for name in ("workflow.rb", "provision.rb")
    )
    return template.replace("@WORKFLOW@", workflow).replace("@CONFIGURATION@", text)


def wanted(settings: Settings, *, itil: bool) -> dict[str, Any]:
    """Answer what the Ruby is told, as a value of JSON."""
    language, matrix = settings.language, settings.matrix
    return {
        "language": language,
        "projects": list(settings.redmine.projects),
        "bot": {
            "login": BOT_LOGIN,
            "name": BOT_NAME[language],
            "mail": BOT_MAIL,
            "role": BOT_ROLE[language],
            "rights": publishing_rights(settings.reporting),
        },
        "team_role": TEAM_ROLE[language],
        "groups": list(dict.fromkeys(team.group for team in matrix.teams.values())),
        "private": private_groups(settings),
        "itil": workflows.itil(language) if itil else None,
        "fields": [_field(name, settings) for name in FieldName if name in settings.redmine.fields],
        "read_only": [name for name in DERIVED if name in settings.redmine.fields],
        "queries": _queries(settings),
    }


def publishing_rights(reporting: Reporting) -> list[str]:
    """Answer what else the bot must be allowed, so that reports reach their targets."""
    kinds = {target.kind for target in reporting.targets.values()}
    return [right for kind, right in _PUBLISHING.items() if kind in kinds]


def private_groups(settings: Settings) -> dict[str, list[str]]:
    """Answer project -> the groups that may see what is private of its services, and no others."""
    found: dict[str, list[str]] = {}
    for service in settings.services:
        group = settings.matrix.teams[service.team].group
        for project in service.private_projects:
            named = found.setdefault(project, [])
            named += [group] * (group not in named)
    return found


def choices(
    matrix: Matrix, language: Language, approvals: Says | None = None
) -> dict[FieldName, list[str]]:
    """Answer the possible values of each field that is a list."""
    teams = [team.name for team in matrix.teams.values()]
    return {
        FieldName.PROCESS: _in(language, list(matrix.processes.values())),
        FieldName.STAGE: _in(language, list(matrix.stages.values())),
        FieldName.TEAM: _in(language, teams),
        FieldName.ROLE: _in(language, [row.name for row in matrix.rows]),
        FieldName.APPROVING_TEAM: _in(language, teams),
        FieldName.APPROVAL: approving(language, approvals or Approvals().field),
        FieldName.SLA_STATE: [words[language] for words in LEVELS.values()],
    }


def approving(language: Language, says: Says) -> list[str]:
    """Answer the values of the approval field: awaiting, approved, rejected.

    Of several names of one the usual one of the language is offered, or else the first.
    """
    spoken = zip((says.awaiting, says.approved, says.rejected), APPROVALS, strict=True)
    return [
        words[language] if words[language] in names else names[0]
        for names, words in spoken
        if names
    ]


def _in(language: Language, words: Sequence[Words]) -> list[str]:
    return list(dict.fromkeys(word[language] for word in words))


def _field(name: FieldName, settings: Settings) -> dict[str, Any]:
    field = settings.redmine.fields[name]
    approvals = settings.redmine.approvals.field
    values = choices(settings.matrix, settings.language, approvals).get(name)
    texts = (FieldName.RESPONSIBILITY, FieldName.REASON)
    form = "list" if values else "text" if name in texts else "string"
    return {
        "word": name,
        "name": field.name,
        "id": field.id,
        "format": "bool" if name is FieldName.PIN else form,
        "values": values,
        "description": _ABOUT[name][settings.language],
        "searchable": name in (FieldName.REASON, FieldName.KEY),
        "full_width": name in texts,
    }


def _queries(settings: Settings) -> list[dict[str, Any]]:
    """Answer the public queries whose fields are all configured; their filters are Redmine's."""
    language, matrix = settings.language, settings.matrix
    mine = Words(ko="내 팀", en="My team")
    found = [
        _query(
            f"{mine[language]}: {team.name[language]}",
            [(FieldName.TEAM, "=", [team.name[language]])],
            (*_SHOWN, FieldName.APPROVAL),
        )
        for team in matrix.teams.values()
    ]
    if APPROVING in matrix.stages:
        says = settings.redmine.approvals.field
        settled = [name for name in approving(language, says) if name not in says.awaiting]
        waiting = (FieldName.STAGE, "=", [matrix.stages[APPROVING][language]])
        found.append(
            _query(
                Words(ko="승인 대기", en="Awaiting approval")[language],
                [waiting, (FieldName.APPROVAL, "!", settled)],
                (*_SHOWN, FieldName.APPROVING_TEAM, FieldName.APPROVAL),
            )
        )
    pressing = [LEVELS[one][language] for one in (Level.BREACHED, Level.AT_RISK)]
    found.append(
        _query(
            Words(ko="SLA 임박·위반", en="SLA at risk or breached")[language],
            [(FieldName.SLA_STATE, "=", pressing)],
            (FieldName.TEAM, FieldName.ROLE, FieldName.SLA_STATE, FieldName.SLA_DUE),
        )
    )
    for name, told in (
        (Words(ko="확인 필요", en="To be confirmed"), "To be confirmed: {told}{rival}"),
        (Words(ko="사람이 정한 값", en="Set by people"), "set by people"),
    ):
        words = say(Message(told, {"told": "", "rival": ""}), language).strip(" :")
        found.append(
            _query(name[language], [(FieldName.REASON, "~", [words])], (*_SHOWN, FieldName.REASON))
        )
    return [query for query in found if _possible(query, settings)]


def _query(
    name: str, filters: list[tuple[FieldName, str, list[str]]], columns: Sequence[FieldName]
) -> dict[str, Any]:
    return {"name": name, "filters": filters, "columns": list(columns)}


def _possible(query: dict[str, Any], settings: Settings) -> bool:
    asked = {word for word, _, _ in query["filters"]} | set(query["columns"])
    return asked <= set(settings.redmine.fields)
