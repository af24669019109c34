"""A person signs in through an OpenID Connect provider, and nobody does with anything less."""

import base64
import hmac
import json
import time
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from fastapi.testclient import TestClient
from joserfc.jwk import ECKey, RSAKey

from task_ledger import access
from task_ledger.eventlog.access_log import read_accesses
from task_ledger.server.auth import COOKIE
from tests.task_ledger.server.sign_in.conftest import Opened, sign_in
from tests.task_ledger.server.sign_in.dishonest_provider import DishonestProvider

Owner = psycopg.Connection[Any]


def test_a_person_signs_in_with_the_role_that_the_claims_give(
    browser: TestClient, provider: DishonestProvider, owner: Owner
) -> None:
    answer = sign_in(browser, provider, "/tasks?q=status:FAILURE&since=1h")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/tasks?q=status:FAILURE&since=1h"
    session = browser.get("/api/v1/session").json()
    assert (session["name"], session["role"]) == ("anna@example.org", "operator")
    assert session["projects"] is None
    assert [(row.actor, row.action, row.detail) for row in read_accesses(owner)] == [
        (
            "anna@example.org",
            "signed_in",
            f"operator, subject 248289761001 of {provider.issuer}",
        )
    ]


def test_the_provider_is_asked_with_pkce_state_and_nonce(
    browser: TestClient, provider: DishonestProvider
) -> None:
    left = browser.get("/sign-in/provider")
    asked = {
        name: values[0]
        for name, values in parse_qs(urlsplit(left.headers["location"]).query).items()
    }
    assert asked["response_type"] == "code"
    assert asked["redirect_uri"] == "http://testserver/sign-in/callback"
    assert asked["code_challenge_method"] == "S256"
    secrets = {asked["state"], asked["nonce"], asked["code_challenge"]}
    assert len(secrets) == 3
    assert all(len(each) == 43 for each in secrets)
    again = browser.get("/sign-in/provider").headers["location"]
    assert not any(each in again for each in secrets)


def test_the_cookies_are_kept_from_scripts_other_sites_and_plain_http(
    open_app: Opened, provider: DishonestProvider
) -> None:
    secure = open_app("https://ledger.example.org/tools")
    secure.base_url = "https://testserver"  # pyright: ignore[reportAttributeAccessIssue]
    left = secure.get("/sign-in/provider")
    back = secure.get(f"/sign-in/callback?{provider.signed_in(left.headers['location'])}")
    for answer, name in ((left, "task_ledger_sign_in"), (back, COOKIE)):
        (cookie,) = [
            each.lower()
            for each in answer.headers.get_list("set-cookie")
            if each.startswith(f"{name}=tl_") or (each.startswith(f"{name}=") and name != COOKIE)
        ]
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert "; secure" in cookie
        assert "path=/sign-in" in cookie or name == COOKIE


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "http://127.0.0.1:1"},
        {"iss": None},
        {"aud": "another"},
        {"aud": ["another"]},
        {"aud": None},
        {"aud": ["ledger", "another"]},
        {"aud": ["ledger", "another"], "azp": "another"},
        {"azp": "another"},
        {"nonce": "another"},
        {"nonce": None},
        {"nonce": ["x"]},
        {"sub": None},
        {"sub": ""},
        {"sub": "s" * 256},
        {"sub": 7},
        {"sub": "a\0b"},
        {"exp": None},
        {"iat": None},
        {"exp": timedelta(seconds=-10)},
        {"iat": timedelta(minutes=10)},
        {"nbf": timedelta(minutes=10)},
        {"exp": "tomorrow"},
        {"email": None},
        {"email": "  "},
        {"email": ["anna@example.org"]},
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "true"},
        {"email": "e" * 101},
        {"groups": None},
        {"groups": []},
        {"groups": ["builders"]},
        {"groups": {"ops": True}},
        {"groups": "admins,ops"},
    ],
    ids=str,
)
def test_a_wrong_or_missing_claim_lets_nobody_in(
    browser: TestClient, provider: DishonestProvider, claims: dict[str, Any]
) -> None:
    now = time.time()
    provider.claims = {
        name: now + value.total_seconds() if isinstance(value, timedelta) else value
        for name, value in claims.items()
    }
    provider.userinfo = {"sub": "248289761001"}
    answer = sign_in(browser, provider, "/tasks")
    assert answer.status_code == 403, answer.text
    assert 'role="alert"' in answer.text
    assert 'href="/sign-in/provider?to=%2Ftasks"' in answer.text, "and begins again from there"
    assert f"{COOKIE}=" not in str(answer.headers.get_list("set-cookie"))
    assert browser.get("/api/v1/session").status_code == 401


def test_a_clock_may_be_wrong_by_the_leeway(open_app: Opened, provider: DishonestProvider) -> None:
    provider.claims = {"exp": time.time() - 60, "iat": time.time() + 120}
    assert sign_in(open_app(oidc_leeway_s=300), provider).status_code == 303


def test_an_audience_of_several_needs_the_authorized_party(
    browser: TestClient, provider: DishonestProvider
) -> None:
    provider.claims = {"aud": ["another", "ledger"], "azp": "ledger"}
    assert sign_in(browser, provider).status_code == 303


@pytest.mark.parametrize("how", ["another key", "the public key as a secret", "none"])
def test_a_signature_that_is_not_the_providers_lets_nobody_in(
    browser: TestClient, provider: DishonestProvider, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest, signed = provider.key, provider.tokens
    assert isinstance(honest, RSAKey)
    if how == "another key":
        provider.key = RSAKey.generate_key(2048, {"kid": str(honest.kid)})

    def forged(form: dict[str, str]) -> dict[str, Any]:
        found = signed(form)
        _, claims, _ = found["id_token"].split(".")
        header = {"alg": "none"} if how == "none" else {"alg": "HS256", "kid": honest.kid}
        text = f"{base64url(json.dumps(header).encode())}.{claims}"
        secret = hmac.digest(honest.as_pem(private=False), text.encode(), "sha256")
        return found | {"id_token": f"{text}.{'' if how == 'none' else base64url(secret)}"}

    if how != "another key":
        monkeypatch.setattr(provider, "tokens", forged)
    assert sign_in(browser, provider).status_code == 403


def base64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


def test_a_new_key_of_the_provider_is_found_and_an_old_one_forgotten(
    browser: TestClient, provider: DishonestProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("task_ledger.server.oidc.provider.KEYS_AGAIN_S", 0.0)
    assert sign_in(browser, provider).status_code == 303
    assert sign_in(browser, provider).status_code == 303
    assert provider.asked.count("/jwks") == 1, "keys are kept"
    old = provider.key
    provider.rotate()
    assert sign_in(browser, provider).status_code == 303
    assert provider.asked.count("/jwks") == 2
    provider.key = old
    assert sign_in(browser, provider).status_code == 403


def test_unknown_keys_do_not_make_the_api_ask_again_and_again(
    browser: TestClient, provider: DishonestProvider
) -> None:
    assert sign_in(browser, provider).status_code == 303
    provider.key = RSAKey.generate_key(2048, auto_kid=True)
    for _ in range(3):
        assert sign_in(browser, provider).status_code == 403
    assert provider.asked.count("/jwks") == 1


def test_keys_of_another_kind_are_used_and_unusable_ones_ignored(
    browser: TestClient, provider: DishonestProvider
) -> None:
    for_encryption = RSAKey.generate_key(2048, {"use": "enc"}, auto_kid=True)
    provider.key = ECKey.generate_key("P-256", auto_kid=True)
    provider.algorithm = "ES256"
    provider.published = [for_encryption, provider.key]
    provider.further_keys = [
        {"kty": "EC", "crv": "P-1", "x": "AA", "y": "AA", "kid": "curve"},
        {"kty": "RSA", "kid": "half"},
        {"kty": "another", "kid": "kind"},
        {"kid": "nothing"},
    ]
    assert sign_in(browser, provider).status_code == 303
    secret = {**for_encryption.as_dict(private=True), "use": "sig"}
    provider.key, provider.algorithm = RSAKey.import_key(secret), "RS256"
    assert sign_in(browser, provider).status_code == 403


def test_the_answer_must_be_to_the_sign_in_of_this_browser(
    browser: TestClient, open_app: Opened, provider: DishonestProvider
) -> None:
    left = browser.get("/sign-in/provider")
    answer = provider.signed_in(left.headers["location"])
    assert open_app().get(f"/sign-in/callback?{answer}").status_code == 403, "another browser"
    browser.get("/sign-in/provider")
    assert browser.get(f"/sign-in/callback?{answer}").status_code == 403, "an earlier sign-in"
    assert provider.redeemed == [], "the code was not even shown to the provider"


def test_an_answer_signs_in_once(browser: TestClient, provider: DishonestProvider) -> None:
    left = browser.get("/sign-in/provider")
    answer = provider.signed_in(left.headers["location"])
    cookie = browser.cookies["task_ledger_sign_in"]
    assert browser.get(f"/sign-in/callback?{answer}").status_code == 303
    assert browser.get(f"/sign-in/callback?{answer}").status_code == 403
    browser.cookies.set("task_ledger_sign_in", cookie, path="/sign-in")
    assert browser.get(f"/sign-in/callback?{answer}").status_code == 403, "the code is used"


def test_an_answer_of_another_provider_is_refused(
    browser: TestClient, provider: DishonestProvider
) -> None:
    for changed in ("iss=http%3A%2F%2F127.0.0.1%3A1", ""):
        left = browser.get("/sign-in/provider")
        answer = provider.signed_in(left.headers["location"])
        answer = "&".join([each for each in answer.split("&") if "iss=" not in each] + [changed])
        assert browser.get(f"/sign-in/callback?{answer.rstrip('&')}").status_code == 403
    assert provider.redeemed == []


def test_a_refusal_at_the_provider_is_told(
    browser: TestClient, provider: DishonestProvider
) -> None:
    left = browser.get("/sign-in/provider?to=/charts")
    state = parse_qs(urlsplit(left.headers["location"]).query)["state"][0]
    answer = browser.get(
        f"/sign-in/callback?error=access_denied&code=x&error_description=<b>x</b>&state={state}"
    )
    assert answer.status_code == 403
    assert "did not sign you in (access_denied)" in answer.text
    assert "<b>" not in answer.text
    assert "to=%2Fcharts" in answer.text


@pytest.mark.parametrize("status", [301, 302, 400, 401, 404])
def test_the_token_endpoint_is_not_followed_elsewhere(
    browser: TestClient, provider: DishonestProvider, status: int
) -> None:
    provider.status = status
    assert sign_in(browser, provider).status_code == 403
    assert "/elsewhere" not in provider.asked


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://login.example.org"},
        {"token_endpoint": None},
        {"token_endpoint": "http://192.0.2.1/token"},
        {"jwks_uri": "http://192.0.2.1/jwks"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"end_session_endpoint": "http://login.example.org/out"},
    ],
    ids=str,
)
def test_a_discovery_document_that_is_not_safe_is_not_used(
    browser: TestClient, provider: DishonestProvider, metadata: dict[str, Any]
) -> None:
    provider.metadata = metadata
    answer = browser.get("/sign-in/provider")
    assert answer.status_code == 403
    assert 'role="alert"' in answer.text


def test_an_answer_that_cannot_be_unpacked_is_told(
    browser: TestClient, provider: DishonestProvider
) -> None:
    provider.encoding = "gzip"
    answer = browser.get("/sign-in/provider")
    assert answer.status_code == 403
    assert "answer cannot be read" in answer.text


def test_a_secret_is_sent_as_the_provider_asks_for_it(
    open_app: Opened, provider: DishonestProvider
) -> None:
    browser = open_app(oidc_client_secret="s&cret")
    assert sign_in(browser, provider).status_code == 303
    provider.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    browser = open_app(oidc_client_secret="s&cret")
    assert sign_in(browser, provider).status_code == 303
    (first, basic), (second, nothing) = provider.redeemed
    assert basic == "Basic bGVkZ2VyOnMlMjZjcmV0"
    assert "client_secret" not in first
    assert (second["client_secret"], nothing) == ("s&cret", None)


def test_a_provider_that_is_down_is_told_and_the_rest_goes_on(
    open_app: Opened, provider: DishonestProvider, owner: Owner
) -> None:
    token = access.create(owner, "ci", "viewer")
    browser = open_app()
    sign_in(browser, provider)
    answer = browser.get("/sign-in/provider")
    back = provider.signed_in(answer.headers["location"])
    provider.status = 503
    answer = browser.get(f"/sign-in/callback?{back}")
    assert answer.status_code == 503
    assert "Tokens, links and open sessions keep working." in answer.text
    assert browser.get("/api/v1/session").status_code == 200, "the session before goes on"
    away = open_app(oidc_issuer="http://127.0.0.1:9")
    answer = away.get("/sign-in/provider?to=/charts")
    assert answer.status_code == 503
    assert 'action="/sign-in/token?to=%2Fcharts"' in answer.text
    signed = away.post(
        "/sign-in/token", data={"token": token}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert signed.status_code == 303
    assert away.get("/api/v1/session").json()["name"] == "ci"
