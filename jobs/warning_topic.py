"""Warnings of victims on a topic of the bus, for whoever must act at once.

At least once: after a restart the same warnings may be sent again. `warning_id` and `version` tell; of
two with one id the higher version is the later word.
"""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

import orjson

from connectors.record_append import WARNING_TOPIC, append_to_folder
from jobs.settings import Settings

#: Columns of the store that say nothing to a reader of the topic.
_INNER = frozenset({"feature_names", "feature_values", "rules_version"})


class WarningTopic:
    """Sends warnings to the bus that a job reads from.

    Parameters
    ----------
    settings : Settings
        Whose `bus` it is.
    """

    def __init__(self, settings: Settings):
        self._settings = settings

    @cached_property
    def _producer(self):
        # Imported late: loads librdkafka.
        from connectors.kafka.producer import BusProducer

        return BusProducer(self._settings.kafka_bus, [WARNING_TOPIC])

    def send(self, warnings: Iterable[dict[str, Any]]) -> None:
        """Send; returns when the bus has them.

        Raises
        ------
        TopicError
        """
        for warning in warnings:
            record = {name: value for name, value in warning.items() if name not in _INNER}
            if self._settings.kafka_bus:
                self._producer.send_line(WARNING_TOPIC, orjson.dumps(record))
            else:
                append_to_folder(self._settings.bus_folder, WARNING_TOPIC, record)
        if self._settings.kafka_bus and "_producer" in self.__dict__:
            self._producer.flush()
