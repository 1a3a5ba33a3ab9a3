"""Requests to a Flink cluster's REST interface, and what their failures mean."""

from typing import Any
from urllib.parse import urlsplit

import requests

from jobs.flink.cluster_address import ClusterAddress, request_headers
from jobs.flink.errors import ClusterError, ClusterUnreachableError, JobUnknownError
from jobs.flink.failure import failure_sentence

#: Seconds to connect, and to wait for an answer (ours).
TIMEOUT_S = (5, 30)


class ClusterRest:
    """A client of one cluster; JSON in, JSON out.

    Raises of every verb: ClusterUnreachableError, JobUnknownError, ClusterError.
    """

    def __init__(self, address: ClusterAddress):
        self.address = address
        self._session = requests.Session()
        self._session.headers.update(request_headers())
        # Given with each request: a session's own gives way to REQUESTS_CA_BUNDLE.
        self._verify = True if address.ca is None else str(address.ca)
        if address.certificate is not None:
            self._session.cert = str(address.certificate)

    def __enter__(self) -> "ClusterRest":
        return self

    def __exit__(self, *_) -> None:
        self._session.close()

    def get(self, path: str) -> dict[str, Any]:
        return self._ask("GET", path)

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return self._ask("POST", path, json=body)

    def patch(self, path: str) -> dict[str, Any]:
        return self._ask("PATCH", path)

    def _ask(self, verb: str, path: str, **more: Any) -> dict[str, Any]:
        url = self.address.url
        try:
            answer = self._session.request(verb, url + path, timeout=TIMEOUT_S, allow_redirects=False,
                                           verify=self._verify, **more)  # fmt: skip
        except requests.exceptions.SSLError as error:
            raise ClusterUnreachableError(f"The certificate of {url} is not trusted, or it asks for ours: "
                                          f"{_innermost(error)}. Set cluster_ca and cluster_certificate.") from None
        except (requests.exceptions.RequestException, OSError) as error:
            raise ClusterUnreachableError(f"No Flink cluster answers at {url} ({_innermost(error)}). Start one, such "
                                          "as with make cluster, or name one: --cluster http://HOST:PORT.") from None
        if answer.status_code in (401, 403):
            raise ClusterUnreachableError(f"{url} refuses us (HTTP {answer.status_code}); put the header that it wants "
                                          "into FLINK_REST_CLIENT_HEADERS.")
        if answer.is_redirect:
            there = urlsplit(answer.headers["Location"])
            raise ClusterUnreachableError(f"{url} sends us on to {there.scheme}://{there.netloc}; give --cluster as it "
                                          "is, https where the cluster wants it.")
        try:
            body = answer.json()
        except ValueError:
            raise ClusterUnreachableError(f"What answers at {url} is no Flink cluster (HTTP {answer.status_code}, "
                                          "no JSON).") from None
        if answer.status_code == 404 and path.startswith("/jobs/"):
            raise JobUnknownError(f"The cluster at {url} knows no job {path.split('/')[2]}; see: duanka job list.")
        if answer.status_code >= 400:
            raise ClusterError(f"The cluster at {url} refused: {_reason(body)}")
        return body


def _innermost(error: BaseException) -> str:
    """What the operating system said, out of a chain of wrappers."""
    while True:
        reason = getattr(error, "reason", None)
        inner = reason if isinstance(reason, BaseException) else error.__cause__ or error.__context__
        if inner is None or inner is error:
            break
        error = inner
    return getattr(error, "strerror", None) or type(error).__name__


def _reason(body: dict[str, Any]) -> str:
    """The telling line among the stack traces that Flink answers with."""
    return failure_sentence("\n".join(str(text) for text in body.get("errors", ())))
