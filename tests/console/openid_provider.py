"""A small provider of OpenID Connect on this machine: real HTTP, real signatures, and told what to get wrong."""

import base64
import hashlib
import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, SECRET = "duanka-console", "s3cret-of-the-client"


@dataclass
class SmallProvider:
    """Serves until closed.

    Attributes
    ----------
    wrong : dict
        Claims that the next tokens hold instead of the right ones; None leaves one out.
    forge : str
        How the next tokens are signed: not at all, by a shared secret, or by a key that nobody published.
    asked : list of dict
        What the token endpoint was given.
    """

    wrong: dict[str, Any] = field(default_factory=dict)
    forge: str = ""
    calls_itself: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)

    def __post_init__(self):
        self.key = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig", "alg": "RS256"})
        self._codes: dict[str, dict[str, str]] = {}
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self._say(*provider._get(urlsplit(self.path).path))

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                given = {name: values[0] for name, values in parse_qs(body).items()}
                self._say(*provider._token(given, self.headers.get("authorization", "")))

            def _say(self, status, body):
                text = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def new_key(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "k2", "use": "sig", "alg": "RS256"})

    def agree(self, address: str, user: str) -> tuple[str, str]:
        """What happens when a person signs in there: returns code and state for the way back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert address.startswith(f"{self.issuer}/authorize?") and asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT and asked["code_challenge_method"] == "S256"
        assert len(asked["state"]) >= 32 and len(asked["nonce"]) >= 32
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked | {"user": user}
        return code, asked["state"]

    def _get(self, path: str):
        if path == "/.well-known/openid-configuration":
            return 200, {"issuer": self.calls_itself or self.issuer, "jwks_uri": f"{self.issuer}/jwks",
                         "authorization_endpoint": f"{self.issuer}/authorize", "token_endpoint": f"{self.issuer}/token"}
        return (200, {"keys": [self.key.as_dict(private=False)]}) if path == "/jwks" else (404, {})

    def _token(self, given: dict[str, str], authorization: str):
        self.asked.append(given)
        asked = self._codes.pop(given.get("code", ""), None)
        verifier = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if asked is None or base64.urlsafe_b64encode(verifier).rstrip(b"=").decode() != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        if authorization != f"Basic {basic}" or given.get("redirect_uri") != asked["redirect_uri"]:
            return 401, {"error": "invalid_client"}
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "sub": f"id-of-{asked['user']}", "iat": now, "exp": now + 300,
                  "nonce": asked["nonce"], "preferred_username": asked["user"], "amr": ["pwd", "otp"]} | self.wrong
        claims = {name: value for name, value in claims.items() if value is not None}
        return 200, {"access_token": "at", "token_type": "Bearer", "id_token": self._signed(claims)}

    def _signed(self, claims: dict[str, Any]) -> str:
        if self.forge == "none":
            parts = [json.dumps(part).encode() for part in ({"alg": "none"}, claims)]
            return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."
        if self.forge == "secret":
            shared = OctKey.import_key(self.key.as_pem(private=False))
            return jwt.encode({"alg": "HS256", "kid": "k1"}, claims, shared, algorithms=["HS256"])
        key = RSAKey.generate_key(2048, {"kid": "k1"}) if self.forge == "stranger" else self.key
        return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)
