"""The door to a real Redmine: writes, refusals, threads, with the bot's own rights."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from pydantic import SecretStr
from sandbox.office import Office
from sandbox.proxy import Proxy
from sandbox.standins.server import FaultKind

from itsm_sync.clients.errors import (
    Broken,
    Conflict,
    Forbidden,
    Invalid,
    Missing,
    Unauthorised,
    Unreachable,
)
from itsm_sync.clients.redmine import RedmineClient
from itsm_sync.clients.redmine_payloads import journals, ticket
from itsm_sync.model.tickets import FieldChange, FieldName
from itsm_sync.settings import Settings

TEAM = FieldName.TEAM


class Silent:
    def saw(self, event: str, /, **details: object) -> None:
        """Hear nothing."""


@pytest.fixture
def proxy(office: Office) -> Iterator[Proxy]:
    with Proxy(office.redmine.url) as proxy:
        yield proxy


@pytest.fixture
def client(office: Office, proxy: Proxy, shipped: Settings) -> Iterator[RedmineClient]:
    key = SecretStr(office.keys["itsm-sync"])
    changes = {"url": proxy.url, "api_key": key, "timeout": 30}
    client = RedmineClient(shipped.redmine.model_copy(update=changes), Silent())
    yield client
    client.close()


def value(office: Office, name: FieldName, text: str) -> dict[str, object]:
    return {"issue": {"custom_fields": [{"id": office.fields[name], "value": text}]}}


def test_the_bot_is_known_by_its_key_with_its_roles(client: RedmineClient) -> None:
    me = client.me()
    assert (me.login, me.name, me.admin) == ("itsm-sync", "itsm-sync 봇", False)
    rights = {
        right for roles in client.roles().values() for r in roles for right in client.permissions(r)
    }
    assert "edit_issues" in rights


def test_groups_are_known_by_name(client: RedmineClient, office: Office) -> None:
    found = client.group_ids("abc-app")
    assert {name: found[name] for name in office.groups} == office.groups


def test_a_field_written_raw_is_read_back_with_its_journal(
    client: RedmineClient, office: Office, shipped: Settings
) -> None:
    number = office.create("yujin", "결제가 안 됩니다")
    client.put(f"/issues/{number}.json", value(office, TEAM, "신사업팀"))
    payload = client.issue(number)
    found = ticket(payload, shipped.redmine.fields)
    assert found.value(TEAM) == "신사업팀"
    (entry,) = journals(payload, found.field_ids)
    assert entry.changes == (FieldChange(field=TEAM, old="", new="신사업팀"),)
    assert entry.author.id == client.me().id


def test_a_value_that_is_not_in_the_list_is_invalid(client: RedmineClient, office: Office) -> None:
    """Redmine fact 18."""
    number = office.create("yujin", "결제가 안 됩니다")
    with pytest.raises(Invalid) as caught:
        client.put(f"/issues/{number}.json", value(office, TEAM, "없는 팀"))
    assert caught.value.details


def test_a_stale_write_is_a_conflict(client: RedmineClient, office: Office) -> None:
    """Redmine fact 19."""
    number = office.create("yujin", "결제가 안 됩니다")
    office.update("yujin", number, notes="그 사이")
    with pytest.raises(Conflict):
        client.put(f"/issues/{number}.json", {"issue": {"lock_version": 0, "subject": "x"}})


def test_what_is_not_there_or_not_allowed_is_told_apart(
    client: RedmineClient, office: Office
) -> None:
    with pytest.raises(Missing):
        client.issue(999_999)
    with pytest.raises(Forbidden):
        client.get("/custom_fields.json")  # Redmine fact 12: admin only


def test_a_wrong_key_is_refused_a_write(office: Office, shipped: Settings) -> None:
    number = office.create("yujin", "결제가 안 됩니다")
    changes = {"url": office.redmine.url, "api_key": SecretStr("f" * 40)}
    stranger = RedmineClient(shipped.redmine.model_copy(update=changes), Silent())
    with pytest.raises(Unauthorised):
        stranger.put(f"/issues/{number}.json", {"issue": {"subject": "x"}})
    stranger.close()


@pytest.mark.parametrize(("kind", "meaning"), [("drop", Unreachable), ("html", Broken)])
def test_a_write_is_sent_once_whatever_happens(
    client: RedmineClient, office: Office, proxy: Proxy, kind: FaultKind, meaning: type[Exception]
) -> None:
    number = office.create("yujin", "결제가 안 됩니다")
    proxy.misbehave(match="/issues/", kind=kind)
    with pytest.raises(meaning):
        client.put(f"/issues/{number}.json", {"issue": {"notes": "한 번만"}})
    proxy.stop()
    assert proxy.asked("PUT") == 1
    assert len(office.journals(number)) <= 1


def test_threads_never_mix_up_tickets(client: RedmineClient, office: Office) -> None:
    numbers = [office.create("yujin", f"티켓 {n}") for n in range(4)]

    def write(number: int) -> None:
        for turn in range(5):
            client.put(f"/issues/{number}.json", {"issue": {"subject": f"{number} {turn}"}})

    with ThreadPoolExecutor(max_workers=2) as pool:
        for done in [pool.submit(write, number) for number in numbers]:
            done.exception()
    for number in numbers:
        assert office.read(number)["subject"].startswith((f"{number} ", "티켓"))
    titles = {office.read(number)["subject"].partition(" ")[0] for number in numbers}
    assert titles <= {str(number) for number in numbers} | {"티켓"}


def test_the_page_opens_with_the_key(client: RedmineClient, office: Office) -> None:
    """Redmine fact 32: the form tells what the role may edit, and the mark-up in use."""
    number = office.create("yujin", "결제가 안 됩니다")
    page = client.page(f"/issues/{number}")
    assert f"issue_custom_field_values_{office.fields[TEAM]}" in page
    assert "jstoolbar/" in page


def test_our_note_is_edited_and_taken_away(client: RedmineClient, office: Office) -> None:
    """Redmine fact 30: `updated_on` stays."""
    number = office.create("yujin", "결제가 안 됩니다")
    client.put(f"/issues/{number}.json", {"issue": {"notes": "처음"}})
    before = office.read(number)["updated_on"]
    (note,) = office.journals(number)
    client.put(f"/journals/{note['id']}.json", {"journal": {"notes": "나중"}})
    assert office.journals(number)[0]["notes"] == "나중"
    assert office.read(number)["updated_on"] == before


def test_relations_are_made_and_taken_away(client: RedmineClient, office: Office) -> None:
    one, two = (office.create("yujin", f"티켓 {n}") for n in (1, 2))
    wanted = {"relation": {"issue_to_id": two, "relation_type": "relates"}}
    made = client.post(f"/issues/{one}/relations.json", wanted)
    assert client.issue(two)["relations"][0]["issue_id"] == one
    client.delete(f"/relations/{made['relation']['id']}.json")
    assert "relations" not in client.issue(two) or not client.issue(two)["relations"]
