"""Deciding: how many items a core classifies and routes, and takes through the plan."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec

from itsm_sync.desk.desired import desired
from itsm_sync.desk.planner import plan
from itsm_sync.desk.provenance import Ledger, judge
from itsm_sync.desk.subject import Policy, Subject
from itsm_sync.model.items import Facts, Item
from itsm_sync.model.plans import Written
from itsm_sync.model.tickets import FieldName, Ref, Ticket
from itsm_sync.routing import Catalogue, Router
from itsm_sync.settings import Settings, load
from sandbox.bench.books import LENGTH, ROLES, Book
from sandbox.bench.fleets import now
from sandbox.bench.heats import Heat, heat
from sandbox.bench.program import NotWell
from sandbox.bench.rows import PER_SECOND, Row, Said, Told
from sandbox.bench.stage import Stage
from sandbox.configuration import SHIPPED

_BOT = Ref(id=90, name="itsm-sync")
_AUTHOR = Ref(id=11, name="김서준")
_AT = now()
_MOST_OF_PEERS = 100  # texts: they take far longer
Match = Callable[[str], str]  # a text -> the name of the first rule that matches, "" none


def rows(stage: Stage) -> Iterator[Told]:
    """Measure; yield the rows."""
    settings = load(SHIPPED, {}, secrets=False)
    book = Book.made(settings.matrix, settings.rules)
    router = Router(settings.matrix, book.rules)
    catalogue = Catalogue(settings.services, settings.people)
    deciding = Deciding(settings=settings, router=router, catalogue=catalogue)
    texts = book.texts(stage.sizes.texts)
    items = [_item(number, text) for number, text in enumerate(texts, 1)]
    stored = [deciding.settled(item) for item in items]
    few = texts[:_MOST_OF_PEERS]
    peers = {name: make(book.keywords) for name, make in _peers().items()}
    _agree(router, items, few, peers)
    contestants: dict[str, Callable[[], object]] = {
        "classified": lambda: [router.route(catalogue.enriched(item)) for item in items],
        "planned": lambda: deciding.planned(stored),
        **{name: _matching(match, few) for name, match in peers.items()},
    }
    done = heat(contestants, stage.rounds)
    beside = tuple((Said.alike(name), len(few) / done.cpu(name)) for name in peers)
    about = f"{ROLES} roles × 12 keywords, {LENGTH} characters", (
        f"역할 {ROLES}개 × 키워드 12개, 600자")  # fmt: skip
    yield Row(
        name="classify",
        title=Said(f"decide: classify and route, {about[0]}", f"결정: 분류와 라우팅, {about[1]}"),
        measured=_rate(done, "classified", items),
        goal=100_000,
        unit=PER_SECOND,
        known=Said("261,000 (re2 set)", "261,000 (re2 집합)"),
        more_is_better=True,
        beside=beside,
        note=Said(
            "peers answer the first matching rule only; ours the row, the evidence and the rivals",
            "비교 대상은 먼저 맞는 규칙만 답하고, 우리는 행과 근거, 경합하는 규칙까지 답합니다",
        ),
    )
    yield Row(
        name="plan",
        title=Said(f"the same through the plan, {about[0]}", f"계획까지 마친 같은 일, {about[1]}"),
        measured=_rate(done, "planned", items),
        goal=30_000,
        unit=PER_SECOND,
        more_is_better=True,
        note=Said("tickets that stand as they should", "있어야 할 대로 있는 일감"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding:
    """What a decision needs."""

    settings: Settings
    router: Router
    catalogue: Catalogue

    @property
    def policy(self) -> Policy:
        """How is planned: in Korean, and nobody is assigned."""
        return Policy(language="ko", configuration=self.settings.hash, assign=False)

    def subject(self, item: Item, ledger: Ledger) -> Subject:
        """Answer what the planner is told of a ticket."""
        assert item.ticket is not None
        routing = self.router.route(self.catalogue.enriched(item))
        judgement = judge(
            item.ticket, ledger=ledger, known={}, history=(), bot=_BOT.id, bot_name=_BOT.name
        )
        return Subject(ticket=item.ticket, routing=routing, chosen=routing, judgement=judgement,
                       ledger=ledger)  # fmt: skip

    def settled(self, item: Item) -> tuple[Item, Ledger]:
        """Answer an item whose ticket shows what it should, and what we wrote to it."""
        assert item.ticket is not None
        shown = desired(self.subject(item, {}), self.settings.matrix, self.policy)
        ledger = {
            name: Written(ticket=item.ticket.id, field=name, value=value, cycle="c1", at=_AT)
            for name, value in shown.items()
        }
        return replace(item, ticket=replace(item.ticket, fields=shown)), ledger

    def planned(self, stored: Sequence[tuple[Item, Ledger]]) -> None:
        """Plan them all. Raises NotWell where a ticket that stands as it should gets an edit."""
        subjects = [self.subject(item, ledger) for item, ledger in stored]
        if plan(subjects, self.settings.matrix, self.policy, _AT).edits:
            raise NotWell("tickets that stand as they should were planned to be changed")


def _rate(done: Heat, name: str, items: Sequence[Item]) -> float:
    return len(items) / done.cpu(name)


def _item(number: int, text: str) -> Item:
    ticket = Ticket(
        id=number, project=Ref(id=1, name="ABC"), tracker=Ref(id=1, name="지원"),
        status=Ref(id=1, name="신규"), closed=False, private=False, author=_AUTHOR, assignee=None,
        created_on=_AT, updated_on=_AT, fields=dict.fromkeys(FieldName, ""),
    )  # fmt: skip
    facts: Facts = {"tracker": "지원", "status": "신규", "project": "abc-app", "closed": False}
    return Item(
        key=f"redmine:issue/{number}", source="redmine", kind="issue", title="문의", url="",
        state="open", created_at=_AT, updated_at=_AT, body=text, facts=facts, ticket=ticket,
    )  # fmt: skip


# -- peers ----------------------------------------------------------------------------------------


def _peers() -> Mapping[str, Callable[[Mapping[str, tuple[str, ...]]], Match]]:
    """Answer those that are installed."""
    known = {"rule-engine": ("rule_engine", _rule_engine), "cel-python": ("celpy", _cel)}
    return {name: make for name, (module, make) in known.items() if find_spec(module)}


def _rule_engine(keywords: Mapping[str, tuple[str, ...]]) -> Match:
    import rule_engine  # noqa: PLC0415 - it is there for benches only

    context = rule_engine.Context(resolver=rule_engine.resolve_item)
    rules = {
        name: rule_engine.Rule(" or ".join(f'"{word}" in text' for word in said), context=context)
        for name, said in keywords.items()
    }

    def match(text: str) -> str:
        thing = {"text": text}
        return next((name for name, rule in rules.items() if rule.matches(thing)), "")

    return match


def _cel(keywords: Mapping[str, tuple[str, ...]]) -> Match:
    import celpy  # noqa: PLC0415 - it is there for benches only

    environment = celpy.Environment()
    programs = {
        name: environment.program(
            environment.compile(" || ".join(f'text.contains("{word}")' for word in said))
        )
        for name, said in keywords.items()
    }

    def match(text: str) -> str:
        thing = {"text": celpy.celtypes.StringType(text)}
        return next((name for name, one in programs.items() if one.evaluate(thing)), "")

    return match


def _matching(match: Match, texts: Sequence[str]) -> Callable[[], object]:
    return lambda: [match(text) for text in texts]


def _agree(
    router: Router, items: Sequence[Item], texts: Sequence[str], peers: Mapping[str, Match]
) -> None:
    """See that all answer alike. Raises NotWell."""
    for item, text in zip(items, texts, strict=False):
        first = router.route(item).rule
        ours = first if first.startswith("role ") else ""
        for name, match in peers.items():
            if match(text) != ours:
                raise NotWell(f"{name} answers {match(text)!r} where we answer {ours!r}")
