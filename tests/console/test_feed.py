"""One look for all listeners; each is told what is new, and that the store is away and back."""

import asyncio

import pytest

from connectors.errors import StoreUnavailableError
from console.live import feed as feed_module
from console.live.feed import Feed


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(feed_module, "LOOK_S", 0.01)
    monkeypatch.setattr(feed_module, "RETRY_S", 0.01)
    monkeypatch.setattr(feed_module, "BEAT_S", 0.5)


class Store:
    """What is seen, and how often somebody looked."""

    def __init__(self):
        self.answer, self.looks = "a", 0

    def look(self) -> str:
        self.looks += 1
        if self.answer is None:
            raise StoreUnavailableError("away")
        return self.answer


async def names(listener, n):
    """The next n messages but for comments."""
    found = []
    async for message in listener:
        if message.startswith("event:"):
            found.append(message.split()[1])
        if len(found) == n:
            return found


def test_listeners_are_told_and_share_one_look():
    async def run():
        store = Store()
        feed = Feed(store.look)
        listeners = [feed.messages() for _ in range(20)]
        waiting = [asyncio.create_task(names(listener, 3)) for listener in listeners]
        for answer in ("b", None, "b"):
            await asyncio.sleep(0.1)
            store.answer = answer
        assert await asyncio.gather(*waiting) == [["news", "away", "news"]] * 20
        assert store.looks < 60, "not once for each of the twenty"
        for listener in listeners:
            await listener.aclose()
        await asyncio.sleep(0.05)
        looked = store.looks
        await asyncio.sleep(0.1)
        assert store.looks == looked, "nobody listens, nobody looks"
        await feed.close()

    asyncio.run(run())


def test_a_quiet_connection_shows_that_it_lives(monkeypatch):
    monkeypatch.setattr(feed_module, "BEAT_S", 0.02)

    async def run():
        feed = Feed(Store().look)
        listener = feed.messages()
        assert [await anext(listener) for _ in range(3)] == ["retry: 2000\n\n", ": here\n\n", ": here\n\n"]
        await listener.aclose()
        await feed.close()

    asyncio.run(run())
