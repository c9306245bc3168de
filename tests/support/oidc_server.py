"""A provider of identities on this machine: OpenID Connect with signed tokens, and faults on demand."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "tapak-uji", "rahasia-uji-yang-panjang"


class Provider:
    """Signs in whoever ``person`` is; ``fault`` makes the next token one to be refused.

    Parameters
    ----------
    fault : {"", "key", "expired", "audience", "issuer", "nonce"}
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.person: dict[str, object] = {}
        self.fault = ""
        self.ended = 0
        self.asked: list[str] = []
        self._codes: dict[str, dict[str, str]] = {}
        told = {"use": "sig", "alg": "RS256", "kid": "satu"}
        self.key = RSAKey.generate_key(2048, told)
        self.other = RSAKey.generate_key(2048, told)

    def discovery(self):
        ends = {
            "authorization_endpoint": "authorize",
            "token_endpoint": "token",
            "jwks_uri": "jwks",
            "userinfo_endpoint": "userinfo",
            "end_session_endpoint": "end",
        }
        return {name: f"{self.url}/{path}" for name, path in ends.items()} | {
            "issuer": self.url,
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def authorize(self, asked):
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, sent, header):
        given = base64.b64decode(header.removeprefix("Basic ")).decode() if header else ""
        client = given or f"{sent.get('client_id')}:{sent.get('client_secret')}"
        asked = self._codes.pop(sent.get("code", ""), None)
        if client != f"{CLIENT}:{SECRET}" or asked is None:
            return 400, {"error": "invalid_grant"}
        proof = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(proof).decode().rstrip("=") != asked.get("code_challenge"):
            return 400, {"error": "invalid_grant"}
        return 200, {
            "access_token": secrets.token_urlsafe(16),
            "token_type": "Bearer",
            "expires_in": 300,
            "id_token": self._signed(asked.get("nonce", "")),
        }

    def _signed(self, nonce):
        now = int(time.time())
        expired = self.fault == "expired"
        claims = {
            "iss": "http://lain.invalid" if self.fault == "issuer" else self.url,
            "aud": "aplikasi-lain" if self.fault == "audience" else CLIENT,
            "sub": str(self.person.get("email", "x")),
            "iat": now - 7200 if expired else now,
            "exp": now - 3600 if expired else now + 300,
            "nonce": "lain" if self.fault == "nonce" else nonce,
            **self.person,
        }
        key = self.other if self.fault == "key" else self.key
        return jwt.encode({"alg": "RS256", "kid": "satu"}, claims, key)


class _Door(BaseHTTPRequestHandler):
    @property
    def provider(self) -> Provider:
        return self.server.provider

    def log_message(self, *_):
        pass

    def _send(self, status, told=None, *, to=""):
        raw = b"" if told is None else json.dumps(told).encode()
        self.send_response(status)
        if to:
            self.send_header("Location", to)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def do_GET(self):
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.provider.asked.append(parts.path)
        if parts.path == "/.well-known/openid-configuration":
            self._send(200, self.provider.discovery())
        elif parts.path == "/jwks":
            self._send(200, {"keys": [self.provider.key.as_dict(private=False)]})
        elif parts.path == "/authorize":
            self._send(302, to=self.provider.authorize(asked))
        elif parts.path == "/end":
            self.provider.ended += 1
            self._send(302, to=asked["post_logout_redirect_uri"])
        elif parts.path == "/userinfo":
            self._send(200, self.provider.person)
        else:
            self._send(404)

    def do_POST(self):
        raw = self.rfile.read(int(self.headers["Content-Length"])).decode()
        sent = {name: values[0] for name, values in parse_qs(raw).items()}
        self.provider.asked.append(urlsplit(self.path).path)
        self._send(*self.provider.token(sent, self.headers.get("Authorization", "")))


@contextmanager
def provider():
    """Serve on a free port of this machine while the block runs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Door)
    server.provider = Provider(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


def secrets_text(made: Provider, app_url: str) -> str:
    """Write the ``[auth]`` of an app that signs in with this provider."""
    told = {
        "redirect_uri": f"{app_url}/oauth2callback",
        "cookie_secret": "kue-uji-yang-cukup-panjang-1234567890",
        "client_id": CLIENT,
        "client_secret": SECRET,
        "server_metadata_url": f"{made.url}/.well-known/openid-configuration",
    }
    return "[auth]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in told.items())
