"""Licences of what the product is made of; see :mod:`deploy.licences.page`."""
