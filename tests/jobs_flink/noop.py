"""A pipeline that does nothing."""


class NoPipeline:
    """Only there to be put into a graph."""
