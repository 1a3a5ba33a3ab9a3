"""Signing in by OpenID Connect: the provider says who somebody is, our own users say what they may do."""
