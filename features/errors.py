"""The root of everything Duanka raises on purpose."""


class DuankaError(Exception):
    """Base class; the message says what is wrong, what was given and what to do.

    Below it: ``BadSnapshot``, ``BadSubBatch`` (features), ``BadRules`` (models), ``ConnectorError``
    and its tree (connectors), ``FlinkJobError`` and its tree, ``SettingsError``,
    ``BadEvaluationInput`` (jobs). Commands show the message and end with exit code 2.
    """
