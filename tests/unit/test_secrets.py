"""Secrets are masked before anything is kept of a log, whatever stands around them."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itsm_sync.model.secrets import MASK, masked

SHA = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b"

# What a token of each known shape looks like: what it begins with, and of what it is made.
_LETTERS = string.ascii_letters + string.digits
SHAPES = (
    ("ghp_", _LETTERS),
    ("ghs_", _LETTERS),
    ("github_pat_", f"{_LETTERS}_"),
    ("glpat-", f"{_LETTERS}_-"),
    ("xoxb-", f"{_LETTERS}-"),
    ("AKIA", string.ascii_uppercase + string.digits),
    ("npm_", _LETTERS),
    ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIi", f"{_LETTERS}_-"),
)
# Where a secret of any letters stands, and what stands behind it.
PLACES = (
    ("password=", ""),
    ("DB_PASSWORD: ", " tail"),
    ("--password ", ""),
    ("--token=", " --verbose"),
    ('{"password": "', '", "user": "bot"}'),
    ("spring.datasource.password='", "'"),
    ("API_KEY=", ""),
    ("client-secret: ", ""),
    ("GITHUB_TOKEN=", ""),
    ("Authorization: Basic ", ""),
    ('curl -H "Authorization: Bearer ', '" https://api.example.com'),
    ("Private-Token: ", ""),
    ("curl -s -u bot:", " https://example.com"),
    ("https://bot:", "@git.example.com/abc/api.git"),
    ("postgres://app:", "@db-01:5432/shop"),
    ("sshpass -p ", " ssh deploy@api-prod-02"),
    ("비밀번호: ", ""),
    ("토큰=", ""),
    ("<password>", "</password>"),
)
WORDS = (
    "deploying", "api", "로그인", "오류", "error:", "token", "secret", "key", "expired", "the",
    "키", "password", "12:03:44", "src/main/java/App.java:12:", "https://ci.example.com:8080/job/a/7/",
    "ssh://git@example.com:22/abc/api.git", f"Revision {SHA}", "(refs/remotes/origin/main)", "+",
    "0b5c6a3e-8f0e-4f3c-9d53-3b8f3c1f2f10", "sha256:" + "ab12" * 16, "Unexpected token: <", "#12",
    "task-force-alpha-bravo-charlie-delta", "token=null", "user@example.com", "a=b",
    "[Pipeline] sh",
)  # fmt: skip

tokens = st.one_of(
    st.text(alphabet=letters, min_size=40, max_size=60).map(start.__add__)
    for start, letters in SHAPES
)
# What people and generators choose; what stands for no value is none.
passwords = st.text(alphabet=f"{_LETTERS}!#$%^&(){{}}[]+,.;?_~|", min_size=8, max_size=40).filter(
    lambda text: any(map(str.isalnum, text)) and text.casefold() != "undefined"
)
around = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)


@given(tokens, around, around, st.sampled_from(("", " ", "\n", "=", "'", "/")))
def test_no_token_of_a_known_shape_survives(token: str, before: str, after: str, edge: str) -> None:
    said = masked(f"{before}{edge}{token}{edge}{after}")
    assert token not in said
    assert token[-12:] not in said


@given(passwords, st.sampled_from(PLACES), around, around)
def test_no_secret_survives_where_its_name_tells_of_it(
    password: str, place: tuple[str, str], before: str, after: str
) -> None:
    said = masked(f"{before} {place[0]}{password}{place[1]} {after}")
    assert password not in said
    assert MASK in said


@given(st.text(alphabet=f"{_LETTERS}+/", min_size=64, max_size=400), around, st.booleans())
def test_no_private_key_survives_though_its_end_is_cut_off(
    body: str, before: str, whole: bool
) -> None:
    lines = "\n".join(body[at : at + 64] for at in range(0, len(body), 64))
    end = "\n-----END RSA PRIVATE KEY-----" if whole else ""
    said = masked(f"{before}\n-----BEGIN RSA PRIVATE KEY-----\n{lines}{end}\n")
    assert body[:16] not in said
    assert body[-16:] not in said
    assert said.startswith(f"{before}\n")


def test_a_private_key_whose_beginning_is_cut_off_does_not_survive() -> None:
    said = masked(f"{'kQ7zB' * 12}\n-----END PRIVATE KEY-----\nBUILD FAILED\n")
    assert said == f"{MASK}\nBUILD FAILED\n"


@given(st.lists(st.one_of(st.sampled_from(WORDS), st.just("\n")), max_size=40).map(" ".join))
def test_text_without_secrets_is_unchanged(text: str) -> None:
    assert masked(text) == text


@given(tokens, passwords, st.sampled_from(PLACES), around)
def test_masking_twice_changes_nothing(
    token: str, password: str, place: tuple[str, str], before: str
) -> None:
    once = masked(f"{before} {token}\n{place[0]}{password}{place[1]} {before}")
    assert masked(once) == once


def test_the_hash_of_a_commit_is_no_secret() -> None:
    told = f"Checking out Revision {SHA}\ngit commit {SHA}\nHEAD is now at {SHA[:7]} Rotate the key"
    assert masked(told) == told
    assert masked(f"signing key {SHA}", keep={SHA}) == f"signing key {SHA}"
    assert masked(f"signing key {SHA}") == f"signing key {MASK}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("token=null, password=''", "token=null, password=***"),
        ("+ curl -u **** https://a", "+ curl -u **** https://a"),
        ("AWS_SECRET_ACCESS_KEY = wJalr+K7MDENG/bPxRfi", "AWS_SECRET_ACCESS_KEY = ***"),
        ("https://x-access-token:abc@h/r.git", "https://x-access-token:***@h/r.git"),
        ('\\"password\\":\\"hunter\\" then', '\\"password\\":*** then'),
        ("password:\n  hunter2\nrest", "password:\n  ***\nrest"),
        ("docker run -u 1000:1000 app", "docker run -u 1000:1000 app"),
    ],
)
def test_the_rest_of_a_line_stays_readable(text: str, said: str) -> None:
    assert masked(text) == said


@pytest.mark.parametrize(
    "part",
    ["eyJ", "password=", "-----BEGIN A KEY-----", "curl ", "a://", 'password="\\', "key ",
     "bearer ", "docker login ", "token:", "xoxb-", "SG.", "sk--", "-", "a", '"', "gh", "://a:"],
)  # fmt: skip
def test_no_text_keeps_the_masks_busy_for_long(part: str) -> None:
    """A pattern that looks twice would need hours for this; the suite's own limit would end it."""
    assert masked(part * (300_000 // len(part)))
