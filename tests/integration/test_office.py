"""The Redmine that tests use counts what it is asked and what it mails."""

from collections import Counter

from sandbox.office import Office


def test_mails_and_requests_are_counted_by_redmine_itself(office: Office) -> None:
    ticket = office.create("yujin", "출력이 안 됩니다")
    haeun = office.ask("haeun", "GET", "/users/current.json")["user"]["id"]
    mails, requests = Counter(office.mails()), len(office.requests())

    office.update("seojun", ticket, assigned_to_id=haeun)

    sent = Counter(office.mails()) - mails
    assert sent == {"haeun@example.com": 1, "yujin@example.com": 1}
    assert office.requests()[requests:] == [("PUT", f"/issues/{ticket}.json")]


def test_what_the_bot_edits_it_does_not_watch(office: Office) -> None:
    ticket = office.create("yujin", "시험")

    office.update("itsm-sync", ticket, notes="봇의 덧글")

    assert office.read(ticket)["watchers"] == []
