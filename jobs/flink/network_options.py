"""Options of Flink's network stack that belong to the TaskManagers, not to a job."""

from types import MappingProxyType

#: A buffer holds one chunk descriptor: few buffers, few chunks ahead of a barrier. With Flink's
#: defaults a job is as right, but its checkpoints and watermarks wait behind a longer queue.
NETWORK_OPTIONS = MappingProxyType({
    "taskmanager.network.memory.buffers-per-channel": "2",
    "taskmanager.network.memory.floating-buffers-per-gate": "4",
})
