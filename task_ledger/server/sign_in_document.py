"""The pages on which a browser is signed in: plain forms, without scripts."""

from base64 import b64encode
from hashlib import sha256
from html import escape
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse

from task_ledger.server.addresses import address_of
from task_ledger.server.document import HEADERS
from task_ledger.server.return_path import FIRST

_STYLE: Final = """
:root { color-scheme: light dark; }
body { margin: 0; min-height: 100vh; display: grid; place-content: center; padding: 24px;
  box-sizing: border-box;
  background: light-dark(#f7f7f5, #131518); color: light-dark(#1c1e21, #e6e8ea);
  font: 13px/20px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main { display: grid; gap: 16px; justify-items: start; }
h1 { margin: 0; font-size: 20px; line-height: 28px; font-weight: 600; }
p { margin: 0; max-width: 40ch; color: light-dark(#595d63, #a0a6ad); }
form { display: grid; gap: 8px; justify-items: start; }
label { font-weight: 600; }
input { width: min(34ch, 100%); box-sizing: border-box; padding: 8px; font: inherit;
  border: 1px solid light-dark(#84888d, #74797f); border-radius: 4px;
  background: light-dark(#ffffff, #1a1d21); color: inherit; }
code { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
a { color: light-dark(#1c5ba3, #86b8f0); }
.told { color: light-dark(#a3211c, #f59b96); }
button, .button { display: inline-block; padding: 8px 16px; border: 0; border-radius: 4px;
  cursor: pointer; font: inherit; text-decoration: none;
  background: light-dark(#1c5ba3, #86b8f0); color: light-dark(#ffffff, #131518); }
.plain { background: none; color: inherit; border: 1px solid light-dark(#84888d, #74797f); }
:focus-visible { outline: 2px solid light-dark(#1c5ba3, #86b8f0); outline-offset: 2px; }
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
    <main>
      <h1>Task Ledger</h1>
      {parts}
    </main>
  </body>
</html>
"""

_LINK: Final = """<p>This link signs one browser in, once.</p>
      <form method="post" action="{action}"><button autofocus>Sign in</button></form>"""

_PROVIDER: Final = '<a class="button" href="{address}">Sign in with {label}</a>'

_SIGN_OUT: Final = """<p role="status">You are signed out here.
        <a href="{address}">Sign out at {label} too</a></p>"""

_WITH_FORM: Final = """<form method="post" action="{action}">
        <label for="token">Token</label>
        <input id="token" name="token" type="password" autocomplete="current-password" required>
        <button class="plain">Sign in with a token</button>
      </form>
      <p>Tokens are created with <code>task-ledger token create</code>;
        <code>task-ledger token link</code> creates a link that signs in once.</p>"""


def link_document(request: Request, code: str, to: str) -> HTMLResponse:
    """The page for a one-time code. Its button posts the code; the code is not checked here.

    Args:
        to: the local path to return to.
    """
    query = {"code": code} if to == FIRST else {"code": code, "to": to}
    action = address_of(request, f"/sign-in?{urlencode(query)}")
    return _document(_LINK.format(action=escape(action)))


def sign_in_document(
    request: Request,
    to: str,
    *,
    label: str | None = None,
    told: str | None = None,
    signed_out: bool = False,
    status: HTTPStatus = HTTPStatus.OK,
) -> HTMLResponse:
    """The page that offers every way to sign in.

    Args:
        to: the local path to return to.
        label: what the OpenID Connect provider is called, if there is one.
        told: why the last sign-in failed.
        signed_out: offer to end the session with the provider too.
    """
    query = urlencode({"to": to})
    parts: list[str] = []
    if told is not None:
        parts.append(f'<p role="alert" class="told">{escape(told)}</p>')
    if label is not None and signed_out:
        address = address_of(request, "/sign-in/provider-sign-out")
        parts.append(_SIGN_OUT.format(address=escape(address), label=escape(label)))
    if label is not None:
        address = address_of(request, f"/sign-in/provider?{query}")
        parts.append(_PROVIDER.format(address=escape(address), label=escape(label)))
    action = address_of(request, f"/sign-in/token?{query}")
    parts.append(_WITH_FORM.format(action=escape(action)))
    return _document("\n      ".join(parts), status)


def _document(parts: str, status: HTTPStatus = HTTPStatus.OK) -> HTMLResponse:
    return HTMLResponse(_HTML.format(style=_STYLE, parts=parts), status, headers=_HEADERS)
