"""The provider: where it is, its keys, and what its tokens say. Authorization code with PKCE."""

import json
import threading
from collections.abc import Callable, Mapping
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import OpenIDProviderMetadata, get_well_known_url
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from console.errors import OpenIdRefused
from console.openid.flow import Flow
from console.openid.settings import OpenIdSettings, by_tls

#: Signatures by keys that only the provider holds; never "none", never a shared secret.
ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
#: How long addresses and keys are taken as known, and how far clocks may differ (ours).
_KNOWN_MS, _LEEWAY_S = 3_600_000, 30
#: The largest answer that is read (ours).
_LARGEST = 1_000_000


class Provider:
    """One provider, asked when somebody signs in; the console starts while it is away.

    Parameters
    ----------
    settings : OpenIdSettings
    now_ms : callable
        UTC milliseconds.
    """

    def __init__(self, settings: OpenIdSettings, now_ms: Callable[[], int]):
        self.settings, self._now_ms = settings, now_ms
        self._lock, self._known, self._known_ms, self._keys = threading.Lock(), {}, 0, KeySet([])

    def address(self, flow: Flow) -> str:
        """Where a browser is sent to.

        Raises
        ------
        OpenIdRefused
            The provider is away, or not who it should be.
        """
        with self._session() as session:
            given = {"nonce": flow.nonce, "code_verifier": flow.verifier}
            if self.settings.acr:
                given["acr_values"] = " ".join(self.settings.acr)
            return session.create_authorization_url(self._metadata()["authorization_endpoint"], state=flow.state,
                                                    **given)[0]

    def claims(self, flow: Flow, code: str) -> Mapping[str, Any]:
        """Exchange a code, and return what the ID token says, checked.

        Raises
        ------
        OpenIdRefused
        """
        metadata = self._metadata()
        try:
            with self._session() as session:
                given = session.fetch_token(metadata["token_endpoint"], code=code, code_verifier=flow.verifier,
                                            grant_type="authorization_code", timeout=self.settings.timeout_s,
                                            allow_redirects=False)
            return self._checked(str(given.get("id_token", "")), str(given.get("access_token", "")), flow)
        except (AuthlibBaseError, requests.RequestException, JoseError, ValueError, KeyError, TypeError) as error:
            raise OpenIdRefused(f"{type(error).__name__}: {error}") from error

    def has_second_factor(self, claims: Mapping[str, Any]) -> bool:
        """Whether the provider says that it asked for a second factor."""
        methods = claims.get("amr") or []
        return claims.get("acr") in self.settings.acr or any(each in self.settings.amr for each in methods)

    def _checked(self, token: str, access_token: str, flow: Flow) -> Mapping[str, Any]:
        try:
            decoded = jwt.decode(token, self._keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            self._metadata(anew=True)  # keys are changed now and then
            decoded = jwt.decode(token, self._keys, algorithms=ALGORITHMS)
        wanted = {"iss": {"essential": True, "value": self.settings.issuer},
                  "aud": {"essential": True, "value": self.settings.client_id}, "sub": {"essential": True}}
        claims = CodeIDToken(decoded.claims, decoded.header, wanted,
                             {"nonce": flow.nonce, "client_id": self.settings.client_id, "access_token": access_token})
        claims.validate(now=self._now_ms() // 1000, leeway=_LEEWAY_S)
        return claims

    def _metadata(self, anew: bool = False) -> Mapping[str, Any]:
        with self._lock:
            if anew or not self._known or self._now_ms() - self._known_ms > _KNOWN_MS:
                known = OpenIDProviderMetadata(self._get(get_well_known_url(self.settings.issuer, external=True)))
                if known.get("issuer") != self.settings.issuer:
                    raise OpenIdRefused(f"the provider calls itself {known.get('issuer')!r}, expected "
                                        f"{self.settings.issuer!r}; set openid.issuer as it does")
                try:
                    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                        by_tls(str(known.get(name)))
                except ValueError as error:
                    raise OpenIdRefused(f"the provider's {name} {error}") from error
                self._keys = KeySet.import_key_set(self._get(known["jwks_uri"]))
                self._known, self._known_ms = known, self._now_ms()
            return self._known

    def _get(self, address: str) -> dict[str, Any]:
        try:
            with requests.get(address, timeout=self.settings.timeout_s, verify=self._authority, stream=True,
                              allow_redirects=False) as answer:
                body = answer.raw.read(_LARGEST + 1, decode_content=True)
                if answer.status_code != 200 or len(body) > _LARGEST:
                    raise OpenIdRefused(f"{address} answers {answer.status_code}, or too much")
                return json.loads(body)
        except (requests.RequestException, ValueError) as error:
            raise OpenIdRefused(f"{address}: {type(error).__name__}: {error}") from error

    def _session(self) -> OAuth2Session:
        secret = self.settings.secret
        session = OAuth2Session(self.settings.client_id, secret.get_secret_value() if secret else None,
                                scope=self.settings.scope, redirect_uri=self.settings.redirect_url,
                                code_challenge_method="S256",
                                token_endpoint_auth_method="client_secret_basic" if secret else "none")
        session.verify = self._authority
        return session

    @property
    def _authority(self) -> str | bool:
        return str(self.settings.ca) if self.settings.ca else True
