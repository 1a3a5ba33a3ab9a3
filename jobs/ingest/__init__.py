"""Filling the topics of a Kafka bus from files, folders and pipes."""
