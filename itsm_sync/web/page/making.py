"""Makes the status page of how things stand."""

from collections.abc import Iterator

from itsm_sync.model.findings import CONFIGURATION
from itsm_sync.store import Pause
from itsm_sync.web.health import live
from itsm_sync.web.page.levels import levels
from itsm_sync.web.page.saying import Teller
from itsm_sync.web.page.sections import (
    cycles,
    findings,
    held,
    letters,
    schedule,
    signals,
    sources,
)
from itsm_sync.web.page.view import BAD, GOOD, QUIET, WAITING, Banner, Cell, Figure, Page
from itsm_sync.web.premises import Premises, Role
from itsm_sync.web.standing import Standing

OTHERS = {"ko": ("en", "English"), "en": ("ko", "한국어")}


def make(premises: Premises, seen: Standing | None, teller: Teller, version: str) -> Page:
    """Answer the page; where the database does not answer, what is known without it."""
    banners = tuple(_banners(premises, seen, teller))
    figures = () if seen is None else tuple(_figures(seen, teller))
    language, name = OTHERS[teller.language]
    bad = any(banner.tone == BAD for banner in banners)
    tones = {banner.tone for banner in banners} | {figure.tone for figure in figures}
    waits = not tones.isdisjoint((WAITING, BAD))
    parts = () if seen is None else (
        cycles(seen, teller),
        sources(seen, teller),
        *levels(seen, premises.settings.matrix, teller),
        held(seen, premises, teller),
        findings(seen, teller),
        letters(seen, teller),
        signals(seen, teller),
    )  # fmt: skip
    return Page(
        language=teller.language,
        title=teller.say("itsm-sync: how things stand"),
        subtitle=teller.whole(teller.now),
        state=Banner(
            tone=BAD if bad else WAITING if waits else GOOD,
            text=teller.say("trouble" if bad else "waits for people" if waits else "all is well"),
        ),
        banners=banners,
        figures=figures,
        sections=(*parts, schedule(premises, teller)),
        foot=(
            f"itsm-sync {version}",
            teller.say("configuration {hash}", hash=premises.settings.hash_reported),
            teller.say("this page shows no words of tickets and builds: `itsm-sync status` does"),
        ),
        other=Cell(text=name, url=f"/?lang={language}"),
    )


def _banners(premises: Premises, seen: Standing | None, teller: Teller) -> Iterator[Banner]:
    if not live(premises)["live"]:
        yield Banner(tone=BAD, text=teller.say("the scheduler has stopped: nothing is read"))
    if seen is None:
        yield Banner(tone=BAD, text=teller.say("the database does not answer"))
    if premises.role() is Role.STANDBY:
        told = teller.say("this daemon waits: another one works, and this takes over if it dies")
        yield Banner(tone=QUIET, text=told)
    if premises.settings.general.write != "on":
        told = teller.say("`write: observe`: everything is planned, and nothing is written")
        yield Banner(tone=QUIET, text=told)
    if seen is not None:
        yield from _waiting(seen, teller)


def _waiting(seen: Standing, teller: Teller) -> Iterator[Banner]:
    if seen.pause is not None:
        yield Banner(tone=WAITING, text=_paused(seen.pause, teller))
    if any(one.finding.kind == CONFIGURATION for one in seen.findings):
        told = teller.say(
            "the configuration is wrong, the old one is used: `itsm-sync status` says how"
        )
        yield Banner(tone=WAITING, text=told)
    for source in seen.sources:
        if source.stale:
            told = teller.say(
                "{source} has not answered for {span}",
                source=source.name,
                span=teller.span(source.silent),
            )
            yield Banner(tone=BAD, text=told)
    if seen.held:
        told = teller.say("{n} edits are held for a person", n=len(seen.held))
        yield Banner(tone=WAITING, text=told)
    if not seen.cycles:
        yield Banner(tone=QUIET, text=teller.say("no cycle has run yet"))


def _paused(pause: Pause, teller: Teller) -> str:
    told = (
        "writing is paused since {at} by {by} ({why}): `itsm-sync resume` lets it go on"
        if pause.why
        else "writing is paused since {at} by {by}: `itsm-sync resume` lets it go on"
    )
    return teller.say(told, at=teller.time(pause.at), by=pause.by, why=pause.why)


def _figures(seen: Standing, teller: Teller) -> Iterator[Figure]:
    counts, held = seen.counts, len(seen.held or ())
    findings, letters = len(seen.findings), len(seen.letters)
    shown = (
        ("tickets still open", counts.open_tickets, ""),
        ("to be confirmed", counts.tickets_unsure, ""),
        ("decided by people", counts.overrides, ""),
        ("held", held, WAITING if held else ""),
        ("findings", findings, WAITING if findings else ""),
        ("dead letters", letters, BAD if letters else ""),
    )
    for label, number, tone in shown:
        yield Figure(label=teller.say(label), number=f"{number:,}", tone=tone)
