"""Detectors that learn from the stream without labels."""
