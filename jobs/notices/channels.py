"""Channels: a webhook, mail, WeCom, DingTalk, Feishu, by the library apprise.

Its logger is kept from every other handler, since at its finer levels it writes whole addresses; what it
warns of becomes the reason of a failure.
"""

import logging
import re
import threading
from collections.abc import Mapping

from connectors.masking import mask_numbers
from jobs.notices.errors import BadNotices
from jobs.notices.settings_file import ChannelAddress

#: Kinds of addresses that are taken: others run commands, write files or reach what nobody looked at.
SCHEMES = ("jsons", "json", "mailtos", "mailto", "wecombot", "dingtalk", "feishu")
#: Seconds for connecting and for an answer (ours).
TIMEOUT_S = 10.0
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class _Reasons(logging.Handler):
    """Warnings of the library by the thread that sends."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.of = threading.local()

    def emit(self, record: logging.LogRecord) -> None:
        getattr(self.of, "texts", []).append(record.getMessage())


_reasons = _Reasons()


class Channel:
    """One way out; `send` is called by one thread at a time."""

    def __init__(self, name: str, address: str, plugin):
        self.name = name
        self._address = address
        self._plugin = plugin

    def __repr__(self) -> str:
        return f"<Channel {self.name}>"

    def send(self, title: str, body: str) -> str:
        """Send a text; return why it failed, empty if the other side took it. The reason holds no address."""
        _reasons.of.texts = texts = []
        try:
            taken = self._plugin.notify(title=title, body=body, body_format="text")
        except Exception as error:  # noqa: BLE001 -- a plugin's fault must not end the others' sending
            texts.append(type(error).__name__)
            taken = False
        return "" if taken else self._without_address("; ".join(texts) or "not taken, without a reason")

    def _without_address(self, text: str) -> str:
        """The text without whatever of the address could open the channel."""
        for part in sorted(set(re.split(r"[/?&=:@,]+", self._address)), key=len, reverse=True):
            if len(part) >= 6:
                text = text.replace(part, "***")
        return mask_numbers(" ".join(text.split()))[:300]


def open_channels(addresses: Mapping[str, ChannelAddress]) -> dict[str, Channel]:
    """Return the channels by name; nothing is connected.

    Raises
    ------
    BadNotices
        An address is of no kind that is taken, is not understood, or would go out without TLS.
    """
    # Imported late: loads all of its plugins.
    from apprise import Apprise, AppriseAsset

    logger = logging.getLogger("apprise")
    logger.setLevel(logging.WARNING)
    logger.propagate = False
    logger.handlers = [_reasons]
    logging.getLogger("urllib3").setLevel(logging.ERROR)  # it names paths, and these are secrets
    asset = AppriseAsset(app_id="Duanka", app_desc="Duanka", secure_logging=True, storage_mode="memory",
                         async_mode=False)
    opened = {}
    for name, given in addresses.items():
        address = given.read(name)
        scheme = address.partition("://")[0].lower()
        if scheme not in SCHEMES:
            raise BadNotices(f"notices: channel {name}: an address is of a kind among {', '.join(SCHEMES)}, as in "
                             "jsons://host/path; got another; see docs/notices.md")
        plugin = Apprise.instantiate(address, asset=asset, suppress_exceptions=True)
        if plugin is None:
            raise BadNotices(f"notices: channel {name}: the address of kind {scheme} is not understood; see "
                             "docs/notices.md for its form")
        _require_tls(name, given, scheme, plugin)
        plugin.redirects = False
        plugin.socket_connect_timeout = plugin.socket_read_timeout = TIMEOUT_S
        opened[name] = Channel(name, address, plugin)
    return opened


def _require_tls(name: str, given: ChannelAddress, scheme: str, plugin) -> None:
    if not plugin.verify_certificate:
        raise BadNotices(f"notices: channel {name}: verify=no is not taken, anybody could answer; trust the other "
                         "side's authority instead, with SSL_CERT_FILE and REQUESTS_CA_BUNDLE")
    if scheme.startswith("mailto"):
        open_text, host = str(plugin.secure_mode) == "insecure", plugin.smtp_host
    else:
        open_text, host = scheme == "json", plugin.host
    if open_text and not given.plain and host not in _LOOPBACK:
        raise BadNotices(f"notices: channel {name}: it would go out without TLS; give jsons:// or mailtos://, or say "
                         "plain = true for a line of your own")
