"""What can go wrong when a job runs on Flink.

FlinkJobError
├── JavaMissingError      no usable Java; says what to install
├── SettingError          a setting is refused before anything starts
├── PlanMismatchError     the plan log in the state folder belongs to another run
├── CheckpointMissingError    asked to restore, and there is nothing to restore from
├── GatewayError          the JVM did not start
├── ClusterError          a Flink cluster does not do what it was asked
│   ├── ClusterUnreachableError   nothing answers there, or not as Flink does
│   ├── JobUnknownError           the cluster has no such job
│   └── NotEnoughSlotsError       the job needs more slots than are free
└── JobFailedError        the job ran and gave up; `cause` is one sentence, `log_path` the rest

Every message says what is wrong, what was found, and what to do. None holds a Java stack trace.
"""

from pathlib import Path

from features.errors import DuankaError


class FlinkJobError(DuankaError):
    """Base of everything this package raises on purpose."""


class JavaMissingError(FlinkJobError):
    """No Java of the needed version was found."""


class SettingError(FlinkJobError, ValueError):
    """A setting has a value that cannot work."""


class PlanMismatchError(FlinkJobError):
    """A plan log exists and was written for other inputs or other settings."""


class CheckpointMissingError(FlinkJobError):
    """There is no completed checkpoint where one was asked for."""


class GatewayError(FlinkJobError):
    """The JVM that runs Flink ended before it answered."""


class ClusterError(FlinkJobError):
    """A Flink cluster refused a request, or did not bring it to its end."""


class ClusterUnreachableError(ClusterError):
    """Nothing answers at the cluster's address, or not as Flink does."""


class JobUnknownError(ClusterError):
    """The cluster has no such job."""


class NotEnoughSlotsError(ClusterError):
    """The job needs more slots than are free."""


class JobFailedError(FlinkJobError):
    """The job failed for good, after all its restarts.

    Parameters
    ----------
    cause : str
        One sentence: the last line of the Python traceback, or the innermost Java message.
    log_path : pathlib.Path or str
        Flink's log, which holds the stack traces; of a job on a cluster the page that shows them.
    """

    def __init__(self, cause: str, log_path: Path | str):
        super().__init__(f"The job failed: {cause} Details: {log_path}")
        self.cause = cause
        self.log_path = log_path
