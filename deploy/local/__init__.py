"""Real services on this machine alone, for development and tests."""
