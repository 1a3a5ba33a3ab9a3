"""Sends files, folders of topics or standard input to a Kafka bus."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from connectors.kafka.bus_url import KafkaBus
from connectors.kafka.producer import BusProducer
from jobs.ingest.errors import IngestError
from jobs.ingest.order import outgoing
from jobs.ingest.pace import Pace
from jobs.ingest.progress_file import ProgressFile, Reached
from jobs.ingest.source import Lane, Mark, lanes_of

#: Between two notes of what is acknowledged, s (ours): so much may be sent twice after a kill.
NOTE_EVERY_S = 0.2
#: How long an ingest that is stopped waits for what is on its way, s.
_STOP_S = 10.0


@dataclass(frozen=True)
class IngestPlan:
    """What to send, where to, and how.

    Attributes
    ----------
    bus : KafkaBus
    source : str
        File, folder or ``-``; see `jobs.ingest.source.lanes_of`.
    topic : str or None
    lines_per_message : int
        Records in one message, at most.
    rate, speed : float or None
        See `Pace`.
    state : Path
        Folder for the progress file.
    resume, anew : bool
        Go on behind what is acknowledged; or send everything again.
    ahead_ms : int
        How far ahead of now an event time is believed.
    """

    bus: KafkaBus
    source: str
    topic: str | None = None
    lines_per_message: int = 1
    rate: float | None = None
    speed: float | None = None
    state: Path = Path("build/demo/state")
    resume: bool = False
    anew: bool = False
    ahead_ms: int = 86_400_000


@dataclass(frozen=True)
class Sent:
    """How far an ingest has come.

    Attributes
    ----------
    records, messages : int
        Handed over by this ingest; at the end they are acknowledged.
    bytes_done, bytes_total : int
        Acknowledged, with what earlier ingests sent; of the files. `bytes_total` is 0 for
        standard input.
    seconds : float
    """

    records: int
    messages: int
    bytes_done: int
    bytes_total: int
    seconds: float


def ingest(
    plan: IngestPlan, look: Callable[[Sent], None] = lambda sent: None, stopping: Callable[[], bool] = lambda: False
) -> Sent:
    """Send everything, and return once all of it is acknowledged.

    What is acknowledged is noted every 0.2 s, without gaps. Killed at any moment, an ingest that
    goes on with `resume` loses no record; those sent after the last note may come twice, and the
    job refuses the second as a duplicate.

    Parameters
    ----------
    look : callable
        Called about as often.
    stopping : callable
        Whether to stop. Rather than an exception out of a signal handler: it might arise in a
        callback of librdkafka, which loses it.

    Raises
    ------
    KeyboardInterrupt
        It was asked to stop; all that is acknowledged is noted.
    IngestError
        Nothing to send; an earlier ingest did not finish and neither `resume` nor `anew` is
        asked for.
    TopicError
        The bus cannot be reached, lacks a topic, or took no message for two minutes.
    """
    lanes = lanes_of(plan.source, plan.topic)
    file = ProgressFile(plan.state / "ingest", plan.bus, plan.source, plan.topic) if plan.source != "-" else None
    try:
        starts = _starts(plan, file)
        producer: BusProducer[Mark] = BusProducer(plan.bus, [lane.topic for lane in lanes])
        try:
            return _send_all(plan, lanes, starts, producer, file, look, stopping)
        finally:
            producer.close()
    finally:
        if file:
            file.close()


def _starts(plan: IngestPlan, file: ProgressFile | None) -> dict[str, Mark]:
    if file is None:
        if plan.resume:
            raise IngestError("standard input cannot be read again, so --resume makes no sense with it")
        return {}
    if plan.anew:
        return {}
    reached = file.read()
    if plan.resume:
        return dict(reached.marks)
    if not reached.finished:
        raise IngestError(f"an earlier ingest of {plan.source} to this bus did not finish; go on with --resume, or "
                          "send everything again with --anew")
    return {}


def _send_all(plan: IngestPlan, lanes: list[Lane], starts: dict[str, Mark], producer: BusProducer[Mark],
              file: ProgressFile | None, look: Callable[[Sent], None], stopping: Callable[[], bool]) -> Sent:
    begun = noted = time.monotonic()
    total = sum(lane.bytes_total() for lane in lanes)
    records = messages = 0
    handed_over: dict[str, Mark] = {}

    def note(finished: bool = False) -> Sent:
        nonlocal noted
        noted = time.monotonic()
        for topic, mark in handed_over.items():
            producer.close_stretch(topic, mark)
        handed_over.clear()
        marks = starts | {t: m for t, a in producer.acknowledged.items() if (m := a.advance()) is not None}
        if file:
            file.write(Reached(marks, finished))
        done = sum(lane.bytes_before(marks.get(lane.topic)) for lane in lanes) if file else 0
        return Sent(records, messages, done, total, noted - begun)

    def serve(timeout_s: float) -> None:
        producer.serve(timeout_s)
        if stopping():
            raise KeyboardInterrupt
        if time.monotonic() - noted > NOTE_EVERY_S:
            look(note())

    pace = Pace(plan.rate, plan.speed, serve)
    note()
    try:
        ordered = outgoing(lanes, starts, plan.lines_per_message, plan.speed is not None, lambda: serve(0),
                           plan.ahead_ms)
        for message in ordered:
            pace.await_due(len(message.lines), message.time_ms)
            if plan.lines_per_message == 1:
                producer.send_line(message.topic, message.lines[0])
            else:
                producer.send_lines(message.topic, message.lines)
            handed_over[message.topic] = message.mark
            records += len(message.lines)
            messages += 1
            if messages & 63 == 0:
                serve(0)
        note()
        producer.flush()
        sent = note(finished=True)
        look(sent)
        return sent
    except BaseException:
        # What is on its way may still arrive; to know it spares sending it twice.
        producer.let_go(_STOP_S)
        note()
        raise
