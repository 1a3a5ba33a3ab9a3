"""Refusals of models that learned from labels."""

from features.errors import DuankaError


class BadModel(DuankaError, ValueError):
    """The model cannot be used as it is; the message says what is wrong, what was given, what to do.

    Raised for arrays or meta that are no model, for estimators that cannot be taken over, and for a
    feature matrix that lacks a feature the model reads.
    """
