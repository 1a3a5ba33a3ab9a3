"""Names of lists and reasons that a shard can tell: texts by their hash, bounded, kept in the shard's order."""

import numpy as np

#: Texts kept (ours): some hundred kilobytes a shard. Reasons beyond are in the store alone.
MOST = 4096


class WatchTexts:
    """A shelf of texts, and those that came with rows which still wait for the watermark."""

    def __init__(self):
        self._kept: dict[int, str] = {}
        self._coming: dict[int, str] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def expect(self, texts: dict[int, str] | None) -> None:
        """Texts of rows that came."""
        if texts:
            self._coming |= texts

    def keep(self, hashes: np.ndarray, held: bool) -> None:
        """Keep the texts of rows that are taken now, in their order; forget the rest when no row waits."""
        if not self._coming:
            return
        distinct, first = np.unique(hashes, return_index=True)
        for text in distinct[np.argsort(first)].tolist():
            if len(self._kept) >= MOST:
                break
            if text in self._coming and text not in self._kept:
                self._kept[text] = self._coming[text]
        if not held:
            self._coming = {}

    def text(self, text: int) -> str:
        """The text of a hash; empty where it is not kept."""
        return self._kept.get(text, "")

    def snapshot(self) -> dict:
        return {"kept": [*map(list, self._kept.items())], "coming": [*map(list, self._coming.items())]}

    def restore(self, saved: dict) -> None:
        self._kept = {int(h): text for h, text in saved.get("kept", ())}
        self._coming = {int(h): text for h, text in saved.get("coming", ())}
