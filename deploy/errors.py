"""What can go wrong when services are put up; every message says what to do."""

from features.errors import DuankaError


class DeployError(DuankaError):
    """A service could not be started, found or stopped."""
