"""explain as people read it."""

from dataclasses import replace
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console

from itsm_sync.app.wiring import deciders
from itsm_sync.desk.approvals import Meanings
from itsm_sync.model.cycles import Batch, Cycle
from itsm_sync.model.plans import Override
from itsm_sync.model.signals import Episode, Standing
from itsm_sync.model.tickets import FieldName
from itsm_sync.operations.explain import explanation as explain
from itsm_sync.operations.explain.given import read_items
from itsm_sync.settings import load
from itsm_sync.store import Store
from tests.builders import NOON, item

SIGNAL = "builds/0123456789/20260302T120000Z"
SHIPPED = Path(__file__).parents[2] / "config"
DOWN = '{"title": "정산 배치가 끊겨 있습니다", "facts": {"tracker": "결함", "status": "진행"}}'


def shown(*, everything: bool) -> str:
    settings = load(SHIPPED, {}, secrets=False)
    items = read_items(Path("-"), StringIO(DOWN))
    (found,) = explain.explain_items(*deciders(settings), items)
    out = StringIO()
    console = Console(file=out, width=200)
    zone = ZoneInfo("Asia/Seoul")
    explain.show(found, settings.matrix, console, "ko", zone, everything=everything)
    return out.getvalue()


def test_a_rule_is_shown_with_what_made_it_match() -> None:
    text = shown(everything=False)

    assert "끊겨" in text
    assert "✘" not in text


def test_all_shows_what_was_asked_in_vain_too() -> None:
    text = shown(everything=True)

    assert "✘" in text
    assert len(text.splitlines()) > len(shown(everything=False).splitlines())


def test_a_signals_ticket_is_shown_by_its_title_though_rules_are_not_asked_of_it(
    store: Store,
) -> None:
    settings = load(SHIPPED, {}, secrets=False)
    router, catalogue = deciders(settings)
    store.begin(Cycle(id="c1", started_at=NOON, configuration="x"))
    opened = item(42, title="빌드 실패: abc/build")
    store.keep("redmine", Batch(stream="issues", items=(opened,)), "c1")
    episode = Episode(
        key=SIGNAL, signal="builds", line="ci:abc/build", standing=Standing.OPEN, began=NOON,
        opened=NOON,
    )  # fmt: skip
    store.keep_episodes("builds", "ci:abc/build", [episode])
    store.link(SIGNAL, 42)
    meanings = Meanings.of(settings.redmine.approvals)
    found = explain.explain_key(store, router, catalogue, meanings, "42")
    out = StringIO()
    console = Console(file=out, width=200)
    explain.show(found, settings.matrix, console, "ko", ZoneInfo("Asia/Seoul"), everything=False)
    assert found.item.title == ""
    assert out.getvalue().startswith("redmine:issue/42  빌드 실패: abc/build\n")


def test_what_people_decided_is_shown_with_who_and_when() -> None:
    settings = load(SHIPPED, {}, secrets=False)
    (found,) = explain.explain_items(*deciders(settings), read_items(Path("-"), StringIO(DOWN)))
    decided = Override(ticket=1, field=FieldName.TEAM, value="신사업팀", by="강수아", at=NOON)
    found = replace(found, overrides=(decided, replace(decided, by="조민재", at=None)))
    out = StringIO()
    console = Console(file=out, width=200)
    explain.show(found, settings.matrix, console, "en", ZoneInfo("Asia/Seoul"), everything=False)
    assert "above is what the rules say\n" in out.getvalue()
    assert "강수아 decided team: 신사업팀 (2026-03-02 21:00)\n" in out.getvalue()
    assert "조민재 decided team: 신사업팀\n" in out.getvalue()
    first, _ = explain.as_json(found, settings.matrix, "en")["overrides"]
    assert (first["by"], first["at"]) == ("강수아", NOON)
