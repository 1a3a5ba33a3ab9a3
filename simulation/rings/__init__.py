"""Fraud rings, one scenario a file; :mod:`simulation.rings.registry` lists them."""
