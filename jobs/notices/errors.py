"""What can be wrong with the settings of notices."""

from features.errors import DuankaError


class BadNotices(DuankaError):
    """The file of notices, or a channel in it; the message holds no address."""
