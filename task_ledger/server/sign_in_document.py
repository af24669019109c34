"""The page opened by a sign-in link: a form with one button, without scripts."""

from base64 import b64encode
from hashlib import sha256
from html import escape
from typing import Final
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse

from task_ledger.server.addresses import address_of
from task_ledger.server.document import HEADERS

_STYLE: Final = """
:root { color-scheme: light dark; }
body { margin: 0; min-height: 100vh; display: grid; place-content: center; gap: 12px;
  justify-items: start; padding: 24px; box-sizing: border-box;
  background: light-dark(#f7f7f5, #131518); color: light-dark(#1c1e21, #e6e8ea);
  font: 13px/20px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
h1 { margin: 0; font-size: 20px; line-height: 28px; font-weight: 600; }
p { margin: 0; max-width: 40ch; color: light-dark(#595d63, #a0a6ad); }
button { padding: 8px 16px; border: 0; border-radius: 4px; cursor: pointer; font: inherit;
  background: light-dark(#1c5ba3, #86b8f0); color: light-dark(#ffffff, #131518); }
button:focus-visible { outline: 2px solid light-dark(#1c5ba3, #86b8f0); outline-offset: 2px; }
"""

_HASH: Final = b64encode(sha256(_STYLE.encode()).digest()).decode()

_HEADERS: Final = HEADERS | {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_HASH}'; "
    "img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}

_HTML: Final = """<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="robots" content="noindex">
    <title>Sign in · Task Ledger</title>
    <link rel="icon" href="data:,">
    <style>{style}</style>
  </head>
  <body>
    <h1>Task Ledger</h1>
    <p>This link signs one browser in, once.</p>
    <form method="post" action="{action}"><button autofocus>Sign in</button></form>
  </body>
</html>
"""


def sign_in_document(request: Request, code: str) -> HTMLResponse:
    """The page for a one-time code. Its button posts the code; the code is not checked here."""
    action = address_of(request, f"/sign-in?{urlencode({'code': code})}")
    return HTMLResponse(_HTML.format(style=_STYLE, action=escape(action)), headers=_HEADERS)
