"""Models that learned from labels, as plain arrays."""
