"""Hostile texts, and payloads made wrong: at any depth something else, more, or nothing."""

import json
from collections.abc import Iterator, Sequence
from copy import deepcopy
from random import Random
from typing import Any

Json = Any
# What Redmine, Markdown, Textile, HTML, terminals and spreadsheets make something of.
TEXTS: Sequence[str] = (
    "<script>alert(1)</script>",
    "</pre></code></textarea><img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)" onclick=alert(1)>x</a>',
    "&lt;b&gt; &#60;b&#62; &amp;lt;",
    "h1. 제목\n\n* 하나\n# 둘\n|_.표|칸|\nbq. 인용\nfn1. 각주 [1]",
    "# 제목\n\n- [ ] 하나\n1. 둘\n> 인용\n| a | b |\n|---|---|\n| c | d |\n",
    "*굵게* _기울임_ -지움- +밑줄+ ^위^ ~아래~ @코드@ ??인용?? %{color:red}빨강%",
    "**굵게** __굵게__ ~~지움~~ `코드` ***x***",
    '<pre><code class="ruby">\n{{toc}}\n</code></pre>',
    "```mermaid\ngraph TD\n```\n~~~\n</pre>",
    "{{include(비밀)}} {{toc}} {{macro_list}} {{collapse(x)\ny\n}} {{child_pages}}",
    "{{thumbnail(x.png)}}",
    "{{hello_world(1)}} !{{toc}} {{recent_pages}} {{issue(1)}} {{issuequery}}",
    "[[위키]] [[위키|이름]] [[abc:위키#절]] ![[위키]] [[abc:]] [[#절]]",
    "#1 ##1 #1-2 #note-1 1#note-2 !#1 #1: (#1) abc:#1",
    "r1 r1:2 abc:r1 abc|r1 commit:abcdef12 commit:abc|abcdef12 !r1",
    'source:a/b.c source:"a b" export:x source:a@1#L2 abc:source:x',
    'document#1 document:"x" version#1 version:1.0 attachment:x.png attachment:"x y.png"',
    'forum#1 forum:"x" message#1 news#1 news:"x" project#1 project:abc project:"ABC"',
    'user#1 user:admin user:"Redmine Admin" @admin @Admin: (@admin) @all @seojun, x@admin',
    "http://evil.example/?a=1&b=2 https://evil.example/<b> ftp://evil.example sftp://e.example",
    "www.evil.example www.evil.example/x?y=z WWW.EVIL.EXAMPLE",
    "mailto:a@evil.example a@evil.example 3@2026-01-01.example a+b@x-y.example.com 5@2026.z",
    '"누르세요":http://evil.example "x":/login "x(t)":mailto:a@evil.example "x":#a',
    "[눌러](http://evil.example) [x](javascript:alert(1)) [x][1]\n\n[1]: http://evil.example",
    "<http://evil.example> <a@evil.example> ![x](http://evil.example/x.png)",
    "!http://evil.example/x.png! !x.png! !>x.png(t)!:http://evil.example",
    "\\\\server\\share file:///etc/passwd \\\\evil.example\\x /login /issues/1 //evil.example/x",
    "==<b>x</b>== notextile. <b>x</b>\n<notextile><b>x</b></notextile>",
    "table{color:red}. x\np(class#id). x\ndiv(x). y\n%(x)y% %[ko]y%",
    "ABC(약어) (c) (r) (tm) -- --- ... 1 x 2 \"따옴표\" 'x'",
    "\u202e거꾸로\u2066\u2069\u200b\u200f\u061c\ufeff 숨은\u00ad글자",
    "\x00\x07\x1b[31m빨강\x1b]0;제목\x07\x9b1m\x7f",
    "\ud800 \udfff 외톨이",
    "\U0001f4a9\U0001f468\u200d\U0001f469\u200d\U0001f467 가\u0301\u0327" + "\u0300" * 50,
    "=cmd|' /C calc'!A0 +1 -1 @SUM(1)",
    "itsm-sync: builds/0123456789/20260302T090000Z",
    "%s %d {0} {error} {{ x }} ${x} #{1+1} <%= 1 %> {% x %}",
    "가" * 300,
    " \t\r\n\u2028\u2029\x85 ",
    "",
)
NUMBERS: Sequence[Json] = (
    0, -1, 1, 2**31, 2**53 + 1, 2**63, -(2**63) - 1, 10**30, 10**4000, 1.5, -0.0, 1e308,
    float("nan"), float("inf"), float("-inf"), True, False,
)  # fmt: skip
TIMES: Sequence[str] = (
    "", "0000-00-00T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
    "2026-02-30T00:00:00Z", "2026-13-01", "yesterday", "1e9", "2026-03-02T12:00:00", "20260302",
    "2026-03-02T25:00:00Z", "2026-03-02T12:00:00+99:99", "-2026-03-02T12:00:00Z",
)  # fmt: skip
DEEP = 200
LONG = 1_000_000


def values(chance: Random) -> Json:
    """Answer something that nobody expects."""
    return chance.choice(
        (
            lambda: None,
            lambda: chance.choice(TEXTS),
            lambda: chance.choice(NUMBERS),
            lambda: chance.choice(TIMES),
            list,
            dict,
            lambda: [None],
            lambda: [chance.choice(NUMBERS), chance.choice(TEXTS)],
            lambda: {"id": chance.choice(NUMBERS), "name": chance.choice(TEXTS)},
            lambda: {chance.choice(TEXTS): chance.choice(NUMBERS)},
            lambda: nested(chance.choice((5, DEEP))),
        )
    )()


def nested(depth: int) -> Json:
    """Answer lists in objects, that deep."""
    value: Json = "x"
    for _ in range(depth):
        value = [{"a": value}]
    return value


def spoiled(payload: Json, chance: Random, changes: int | None = None) -> Json:
    """Answer a payload that is wrong in one place or some."""
    wrong = deepcopy(payload)
    for _ in range(changes or chance.choice((1, 1, 1, 2, 4))):
        if not (places := list(_places(wrong))):
            return values(chance)
        holder, key = chance.choice(places)
        _spoil(holder, key, chance)
    return wrong


def worded(payload: Json, text: str) -> Json:
    """Answer a payload with a text in all places that have free text."""
    said = deepcopy(payload)
    for holder, key in list(_places(said)):
        if key in _FREE and isinstance(holder[key], str | None):
            holder[key] = text
    return said


_FREE = (
    "subject", "description", "title", "body", "name", "label", "msg", "comment", "summary",
    "display_title", "offlineCauseReason", "shortDescription", "userName", "fullName", "message",
    "why", "tag_name", "environment", "ref", "head_branch", "page_name", "login",
)  # fmt: skip


def _places(value: Json) -> Iterator[tuple[Any, Any]]:
    """Answer each place in a payload, as what holds it and its key."""
    keys: Sequence[Any] = ()
    if isinstance(value, dict):
        keys = list(value)
    elif isinstance(value, list):
        keys = range(len(value))
    for key in keys:
        yield value, key
        yield from _places(value[key])


def _spoil(holder: Any, key: Any, chance: Random) -> None:
    what = chance.random()
    if what < 0.2:
        del holder[key]
    elif what < 0.25 and isinstance(holder, list):
        holder.extend(deepcopy(holder) * 2)
    elif what < 0.27 and isinstance(holder[key], str):
        holder[key] = "x" * LONG
    elif what < 0.4 and isinstance(holder[key], dict):
        holder[key] = list(holder[key].values())
    else:
        holder[key] = values(chance)


def sent(value: Json) -> str:
    """Answer JSON as a careless server would write it: NaN, surrogates, whatever."""
    return json.dumps(value, allow_nan=True)
