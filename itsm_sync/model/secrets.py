"""Secrets in text that machines wrote, masked before anybody keeps it. Pure, linear in the text.

What only may be a secret is masked too: a masked word costs a look into Jenkins, a shown one costs
the secret. A commit's hash is none.
"""

import re
from collections.abc import Collection
from itertools import groupby
from operator import itemgetter

MASK = "***"

# Repetitions are bounded or possessive, or nothing can fail behind them: no text makes a pattern
# look at it twice.
_SHAPES = re.compile(
    r"""
    gh[a-z]_[A-Za-z0-9]{16,}+ | github_pat_[A-Za-z0-9_]{16,}+
  | gl(?:pat|dt|rt|cbt|ptt|ft|soat|imt|agent)-[A-Za-z0-9_.-]{16,}+
  | xox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{8,}+ | xapp-[A-Za-z0-9-]{16,}+
  | (?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,}+
  | eyJ[A-Za-z0-9_-]{5,300}(?:\.[A-Za-z0-9_-]*+){1,4}
  | npm_[A-Za-z0-9]{20,}+ | dckr_pat_[A-Za-z0-9_-]{16,}+ | dop_v1_[a-f0-9]{32,}+
  | (?<=hooks\.slack\.com/services/)[A-Za-z0-9/]{16,}+
  | (?<![A-Za-z0-9_-])(?:
        AIza[A-Za-z0-9_-]{30,}+ | sk-[A-Za-z0-9_-]{20,}+ | [sr]k_(?:live|test)_[A-Za-z0-9]{16,}+
      | SG\.[A-Za-z0-9_-]{16,}+\.[A-Za-z0-9_-]{16,}+ | hf_[A-Za-z0-9]{20,}+
      | hv[sb]\.[A-Za-z0-9_-]{20,}+ | pypi-[A-Za-z0-9_-]{32,}+
    )
    """,
    re.VERBOSE,
)
_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}KEY(?: BLOCK)?-----")
_END = re.compile(r"-----END [A-Z0-9 ]{0,40}KEY(?: BLOCK)?-----")
_KEY_SIZE = 8192  # characters; a key whose first line was cut off is no longer

_SEPARATOR = r"""\\?["']?\s{0,3}(?::=|=>|[:=])\s{0,3}"""
_VALUE = r"""(?:"(?:[^"\\\n]|\\.)*+"?|'(?:[^'\\\n]|\\.)*+'?|\S++)"""
# What stands for no value, and what is masked already, by Jenkins perhaps.
_NO_VALUE = r"""(?!["']?(?:\*+|null|none|nil|true|false|undefined)(?:["'\s,;&@)}\]]|$))"""
_NAMES = r"""passw(?:or)?d|passphrase|passcode|pwd|(?<=[_-])pass
  | (?:api|access|private|signing|encryption|account|auth)[_.-]?key"""
_HEADER = r"(?:proxy-)?authorization|(?:set-)?cookie|(?:x-api|private|job|x-auth)-(?:key|token)"
_ASSIGNED = re.compile(
    rf"""
    (?P<header> (?P<h> (?:{_HEADER}){_SEPARATOR}) (?!\*) [^\s"'] [^\r\n"']*+)
  | (?P<b> \bbearer\ +) (?=[A-Za-z._~+/=-]{{0,64}}[0-9]) [A-Za-z0-9._~+/=-]{{12,}}+
  | (?P<p> (?:{_NAMES}){_SEPARATOR}) {_NO_VALUE}{_VALUE}
  | (?P<t> (?<!unexpected\ )(?:token|secret){_SEPARATOR}) {_NO_VALUE}(?=\S{{6}}){_VALUE}
  | (?P<k> (?:비밀번호|패스워드|암호|토큰|비밀키)\s{{0,3}}[:=]\s{{0,3}}) (?!\*)[!-~]{{4,}}+
  | (?P<c> --(?:password|passwd|pass|token|secret|api-?key)\ ) (?![\s*-]){_VALUE}
  | (?P<x> <(?:password|token|secret)>) (?!\*)[^<\s]++
  | (?P<u> \bcurl\b[^\n]{{0,300}}?\s(?:-u|--user)[\ =]?["']?[^\s:"']{{1,64}}:) (?!\*)[^\s"']++
  | (?P<l> \b(?:sshpass|mysql|mysqldump|docker\ login)\b[^\n]{{0,200}}?\s-p[\ =]?)
      (?!\*){_VALUE}
    """,
    re.VERBOSE | re.IGNORECASE,
)
# One of these stands in whatever the pattern above finds.
_HINTS = (
    *("pass", "pwd", "key", "token", "secret", "auth", "cookie", "bearer", "curl", "mysql"),
    *("docker login", "비밀", "패스워드", "암호", "토큰"),
)
_ADDRESS = re.compile(
    r"""(?P<before>\b[a-z][a-z0-9+.-]{1,15}://[^\s/@:"'<>]{0,200}:)(?!\*+@)[^\s/"'<>]{1,400}@"""
    r"""|(?P<scheme>\bhttps?://)[A-Za-z0-9_-]{20,200}@""",
    re.IGNORECASE,
)
_AFTER_A_WORD = re.compile(
    r"""(?P<before>(?:key|token|secret|signature|credential)s?\\?["']?
          (?:\s{0,3}(?:[:=]|=>)\s{0,3}|\s{1,3}(?:(?:is|was)\s{1,3})?)["']?)
        (?P<value>[A-Za-z0-9+/_-]{24,}+={0,2})""",
    re.VERBOSE | re.IGNORECASE,
)
_HEX = re.compile(r"[0-9a-fA-F]{32,}")


def masked(text: str, keep: Collection[str] = ()) -> str:
    """Answer `text` with `MASK` for each secret in it; masking twice changes nothing.

    Args:
        keep: hashes of commits, which stay even behind a word like "key".
    """
    found = _SHAPES.sub(MASK, _without_keys(text))
    found = _ADDRESS.sub(_in_address, found)
    found = _without_values(found)
    return _AFTER_A_WORD.sub(lambda match: _after_a_word(match, keep), found)


def _without_keys(text: str) -> str:
    """Answer `text` without private keys; one whose end is not there goes to the text's end."""
    if "-----" not in text:
        return text
    parts, at = [], 0
    first, end = _BEGIN.search(text), _END.search(text)
    if end and (first is None or end.start() < first.start()):
        parts = [text[: max(0, end.start() - _KEY_SIZE)], MASK]
        at = end.end()
    while begin := _BEGIN.search(text, at):
        parts += [text[at : begin.start()], MASK]
        end = _END.search(text, begin.end())
        at = end.end() if end else len(text)
    return "".join((*parts, text[at:]))


def _without_values(text: str) -> str:
    """Answer `text` without what is assigned to a telling name, on its line or the next one.

    Looking for a few words first is ten times as fast as the pattern, and few lines have one.
    """
    lines = text.split("\n")
    told = [any(hint in line.lower() for hint in _HINTS) for line in lines]
    near = [here or before for here, before in zip(told, [False, *told], strict=False)]
    parts = []
    for suspicious, some in groupby(zip(near, lines, strict=True), key=itemgetter(0)):
        part = "\n".join(line for _, line in some)
        parts.append(_ASSIGNED.sub(_assigned, part) if suspicious else part)
    return "\n".join(parts)


def _in_address(match: re.Match[str]) -> str:
    return f"{match['before'] or match['scheme']}{MASK}@"


def _assigned(match: re.Match[str]) -> str:
    before = next(match[name] for name in "hbptkcxul" if match[name])
    return f"{before}{MASK}"


def _after_a_word(match: re.Match[str], keep: Collection[str]) -> str:
    value = match["value"]
    kinds = (str.isdigit, str.isupper, str.islower)
    random = _HEX.fullmatch(value) or all(any(map(kind, value)) for kind in kinds)
    if not random or value.casefold() in keep:
        return match[0]
    return f"{match['before']}{MASK}"
