"""The shipped alert rules and dashboard: sound, and about figures that the port really gives."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from sandbox.configuration import copy

from itsm_sync.operations.init import init
from itsm_sync.store import Store
from itsm_sync.web import Metrics
from tests.builders import NOON
from tests.premises import busy, configured, paused, premises, served
from tests.scrapes import Scrape, scrape

ROOT = Path(__file__).parents[2]
MONITORING = ROOT / "config/monitoring"
ALERTS = MONITORING / "alerts.yaml"
CASES = ROOT / "tests/monitoring/alerts.test.yaml"
_NAME = re.compile(r"\b(itsm_sync_[a-z_]+)(\{[^}]*\})?")
_MATCHER = re.compile(r"(\w+)\s*(?:=~|!~|!=|=)")
_GROUPED = re.compile(r"\b(?:by|on|without|ignoring) \(([^)]*)\)")
# Prometheus itself adds these.
_ADDED = {"instance", "job", "le"}


def read(path: Path) -> Any:
    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))


def rules() -> list[dict[str, Any]]:
    return [rule for group in read(ALERTS)["groups"] for rule in group["rules"]]


def dashboard() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((MONITORING / "dashboard.json").read_text(encoding="utf-8"))
    return found


def panels() -> list[dict[str, Any]]:
    return [panel for panel in dashboard()["panels"] if panel["type"] != "row"]


def shown() -> Iterator[str]:
    """Answer every expression of the dashboard."""
    for panel in panels():
        yield from (target["expr"] for target in panel["targets"])
    yield from (one["expr"] for one in dashboard()["annotations"]["list"])


def promtool(*arguments: str) -> None:
    done = subprocess.run(["promtool", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Scrape:
    """What the port gives where everything has happened once."""

    folder = tmp_path_factory.mktemp("live")
    addresses = {s: f"https://{s}.example.com" for s in ("redmine", "jenkins", "github")}
    settings, metrics = configured(copy(folder / "config", addresses=addresses)), Metrics()
    figures = {"remaining": 4_000, "limit": 5_000, "reset": NOON}
    metrics.saw("limits.seen", system="github", resource="core", **figures)
    metrics.saw("breaker.changed", system="github", state="open")
    with Store.open(f"sqlite:///{folder}/itsm-sync.db") as store:
        busy(store, settings)
        paused(store)
        with served(premises(settings, store, metrics), metrics) as server:
            scrape(server.url)
            return scrape(server.url)  # the first is in it


def unknown(expression: str, live: Scrape) -> set[str]:
    """Answer what an expression names and the port does not give."""
    named = _NAME.findall(expression)
    lacking = {name for name, _ in named} - live.names()
    labels = set().union(*(live.labels(name) for name, _ in named)) | _ADDED
    for name, matchers in named:
        lacking |= set(_MATCHER.findall(matchers)) - live.labels(name) - _ADDED
    for grouped in _GROUPED.findall(expression):
        lacking |= {label.strip() for label in grouped.split(",")} - labels
    return lacking


def test_prometheus_takes_the_rules() -> None:
    promtool("check", "rules", str(ALERTS))


def test_each_alert_fires_when_it_shall_and_only_then() -> None:
    promtool("test", "rules", str(CASES))


def test_no_alert_is_untried() -> None:
    tried = [one for test in read(CASES)["tests"] for one in test["alert_rule_test"]]
    fires = {one["alertname"] for one in tried if "exp_alerts" in one}
    quiet = {one["alertname"] for one in tried if "exp_alerts" not in one}
    assert fires == quiet == {rule["alert"] for rule in rules()}


def test_each_alert_is_told_in_both_languages() -> None:
    for rule in rules():
        told = rule["annotations"]
        assert set(told) == {"summary", "summary_ko", "description", "description_ko"}
        assert re.search("[가-힣]", told["summary_ko"])
        assert re.search("[가-힣]", told["description_ko"])


def test_an_alert_names_only_what_the_port_gives(live: Scrape) -> None:
    odd = {rule["alert"]: unknown(rule["expr"], live) for rule in rules()}
    assert {name for name, lacking in odd.items() if lacking} == set(), odd


def test_the_dashboard_names_only_what_the_port_gives(live: Scrape) -> None:
    odd = {expression: unknown(expression, live) for expression in shown()}
    assert {name for name, lacking in odd.items() if lacking} == set(), odd


def test_an_expression_with_another_name_or_label_would_be_noticed(live: Scrape) -> None:
    wrong = 'sum by (repository) (rate(itsm_sync_cycle_total{stream="x"}[5m]))'
    assert unknown(wrong, live) == {"repository", "itsm_sync_cycle_total", "stream"}
    assert unknown('itsm_sync_edits_total{result="x"}', live) == {"result"}


def test_prometheus_takes_every_expression_of_the_dashboard(tmp_path: Path) -> None:
    expressions = [text.replace("$__rate_interval", "5m") for text in shown()]
    recorded = [{"record": f"one:{n}", "expr": text} for n, text in enumerate(expressions)]
    file = tmp_path / "rules.yaml"
    file.write_text(json.dumps({"groups": [{"name": "all", "rules": recorded}]}), encoding="utf-8")
    promtool("check", "rules", str(file))


def test_the_panels_are_titled_in_both_languages_and_have_a_place_of_their_own() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        korean, english = panel["title"].split(" · ")
        assert re.search("[가-힣]", korean), panel["title"]
        assert english.isascii()
        assert panel["fieldConfig"]["defaults"]["unit"]
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert place["x"] + place["w"] <= 24
        taken |= cells
    assert len({panel["id"] for panel in dashboard()["panels"]}) == len(dashboard()["panels"])


def test_every_figure_begins_with_our_name(live: Scrape) -> None:
    assert {name for name in live.names() if not name.startswith("itsm_sync_")} == set()


def test_every_figure_is_in_the_guide_in_both_languages(live: Scrape) -> None:
    families = set(re.findall(r"^# TYPE (itsm_sync_\w+) ", live.text, re.MULTILINE))
    for document in ("docs/watching.md", "docs/watching.ko.md"):
        told = set(re.findall(r"`(itsm_sync_\w+)", (ROOT / document).read_text(encoding="utf-8")))
        ours = {name for name in families if not name.startswith("itsm_sync_process_")}
        assert ours <= told, document


def test_a_started_configuration_brings_them_along(tmp_path: Path) -> None:
    made = {path.relative_to(tmp_path / "new") for path in init(tmp_path / "new")}
    assert {Path("monitoring/alerts.yaml"), Path("monitoring/dashboard.json")} <= made
    configured(tmp_path / "new")
