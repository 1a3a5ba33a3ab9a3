"""Notices out: gathered from the store, sent by channels, written down."""
