"""Kafka as a bus: one Kafka topic per topic of events.

:mod:`connectors.kafka.bus_url` names a bus, :mod:`connectors.kafka.client` configures librdkafka
for it and asks whether it is well. Nothing is imported here, so that naming a bus loads no client.
"""
