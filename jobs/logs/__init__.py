"""Log records of the client and of the Python workers: where they go, in which form, without card numbers."""
