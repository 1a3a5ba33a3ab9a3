"""What can go wrong in a connector.

::

    ConnectorError
    ├── StoreError
    │   ├── StoreUrlError          the address of the store is wrong
    │   ├── StoreUnavailableError  nobody answers, or the answer broke off (retried before)
    │   ├── StoreDeniedError       user or password refused, or a right is missing
    │   ├── StoreQueryError        the engine refused a statement; carries its code
    │   ├── SchemaError            the tables are not the ones this release knows
    │   │   └── SchemaTooNewError  a later release has migrated the store
    │   └── EmbeddedStoreError     the embedded server cannot be started or stopped
    ├── TopicError                 a topic cannot be read or written
    │   ├── BusUrlError            the address of a Kafka bus, or what goes with it, is wrong
    │   ├── BusUnavailableError    no broker answers, or TLS fails
    │   ├── BusDeniedError         user, password or certificate refused, or not allowed to do so
    │   └── MissingTopicError      the bus does not have a topic that is needed
    └── RegistryError              the model registry cannot be read, written or changed so

Every message says what is wrong, what was got and what to do. No message carries a password or
the values of a statement's parameters, since those are card numbers.
"""


from features.errors import DuankaError


class ConnectorError(DuankaError):
    """Root of every error that a connector raises on purpose."""


class StoreError(ConnectorError):
    """The store cannot do what was asked."""


class StoreUrlError(StoreError, ValueError):
    """The address of a store cannot be understood."""


class StoreUnavailableError(StoreError):
    """The store could not be reached, also not after the retries."""


class StoreDeniedError(StoreError):
    """The store refused the user or the password, or the user may not do what was asked."""


class StoreQueryError(StoreError):
    """The engine refused a statement.

    Parameters
    ----------
    message : str
        The engine's own words, first line only.
    code : int
        ClickHouse error code, for instance 60 for an unknown table.
    """

    def __init__(self, message: str, code: int):
        super().__init__(message)
        self.code = code


class SchemaError(StoreError):
    """The store's tables are not those that this release knows."""


class SchemaTooNewError(SchemaError):
    """A later release has migrated the store; an older one must not write to it."""


class EmbeddedStoreError(StoreError):
    """The embedded store's server cannot be started, reached or stopped."""


class TopicError(ConnectorError):
    """A topic cannot be read or written."""


class BusUrlError(TopicError, ValueError):
    """The address of a Kafka bus cannot be understood, or a file or password for it is missing."""


class BusUnavailableError(TopicError):
    """No broker of the bus answers, or no TLS connection can be made."""


class BusDeniedError(TopicError):
    """The bus refused the user, the password or the certificate, or does not allow what was asked."""


class MissingTopicError(TopicError):
    """The bus does not have a topic that is needed."""


class RegistryError(ConnectorError):
    """The model registry cannot be read or written, or what was asked makes no sense there."""
