"""Removing likely secrets, and rows quoted by database errors, from text."""

import re
from typing import Final

HIDDEN: Final = "[hidden]"

MAX_SCRUBBED: Final = 20_000
"""Maximum number of characters examined; the rest is dropped."""

_NAMES: Final = (
    r"password|passwd|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|account[_-]?key"
    r"|private[_-]?key|encryption[_-]?key|shared[_-]?access[_-]?signature|credential|authorization"
    r"|cookie|session[_-]?id|x-amz-signature|x-goog-signature"
)
_QUOTED: Final = r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.|'')*'"

_ROWS: Final = (
    # Details added to an error by PostgreSQL and SQLAlchemy.
    re.compile(
        r"(?:\\n|\s){0,4}(?:(?:(?<=\\n)|\b)(?:D[ÉE]TAIL ?:|LINE \d+:)|\[SQL:|\[parameters:).*", re.S
    ),
    re.compile(r"Failing row contains \(.*", re.S),
    re.compile(r"(?<=Key )\([^()]*\)=\(.*", re.S),
)
_VALUES: Final = (
    re.compile(
        r"((?:invalid input (?:syntax|value) for|out of range|malformed \w+ literal)[^:\n]*: )"
        r"\".*\"",
        re.S,
    ),
    re.compile(r"((?:\bvalue|syntax error at or near) )\".*\"", re.S),
)

_SECRETS: Final = (
    # scheme://user:password@host; a password may have any character, and a user may be a token.
    (re.compile(r"(?<=://)([^/\s:@]*):(?!\d+(?:[/?#\s]|$))[^\s\"'<>]+@"), rf"\1:{HIDDEN}@"),
    (re.compile(r"(?<=://)[^/\s:@]{20,}@"), f"{HIDDEN}@"),
    (
        re.compile(
            r"-----BEGIN [A-Z ]*PRIVATE KEY.*?(?:-----END [A-Z ]*PRIVATE KEY[A-Z -]*|$)", re.S
        ),
        HIDDEN,
    ),
    (
        re.compile(
            rf"(?i)(?<![\w-])((?:set-)?cookie|(?:[\w-]+-)?authorization)([\"']?\s*[=:]\s*)"
            rf"(?:{_QUOTED}|\[hidden\]|[^\r\n]+)"
        ),
        rf"\1\2{HIDDEN}",
    ),
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}"), rf"\1 {HIDDEN}"),
    (
        re.compile(
            rf"(?i)(?<![\w-])((?:[\w-]*(?:{_NAMES})[\w-]*|sig|signature)[\"']?\s*[=:]\s*)"
            rf"(?:{_QUOTED}|\[hidden\]|[^\s,;&)}}\]]+)"
        ),
        rf"\1{HIDDEN}",
    ),
    # JSON Web Tokens, signed or encrypted: the first part is an object, so it begins with {".
    (re.compile(r"\beyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){1,4}"), HIDDEN),
    (
        re.compile(
            r"\b(?:(?:sk|pk|rk|tl|whsec|hf|npm|pypi|glpat|xox[abeoprs]|xapp|gh[opsur]"
            r"|github_pat|dop_v1|shp(?:at|ca|pa|ss)|GOCSPX)[-_]|(?:ya29|SG)\.|AIza)[A-Za-z0-9._-]{16,}"
        ),
        HIDDEN,
    ),
    (re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"), HIDDEN),
    (re.compile(r"(?<=hooks\.slack\.com/services/)[A-Za-z0-9/]+"), HIDDEN),
)


def scrubbed(text: str) -> str:
    """`text` with what looks like a password, key or token replaced by `[hidden]`.

    Rows, statements and parameters in a database error's text are cut off, also if the text was
    copied into another message. At most `MAX_SCRUBBED` characters are kept.
    """
    text = text[:MAX_SCRUBBED]
    for pattern in _ROWS:
        text = pattern.sub("", text)
    for pattern in _VALUES:
        text = pattern.sub(rf"\1{HIDDEN}", text)
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    return text
