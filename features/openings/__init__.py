"""Openings of cards: what a person holds, where, since when, and with whom they share an address, an agent, a phone."""
