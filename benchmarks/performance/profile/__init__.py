"""Where the time of an event goes, by stage, adding up to the whole. The parts are watched from outside: the engine's
own code has no timers beyond those of its metrics."""
