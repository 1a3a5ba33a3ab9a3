"""Lines made of bytes equal lines made by formatting."""

import numpy as np

from simulation.sheet import Sheet, Slot, Template, words


def test_numbers_money_words_and_gaps():
    template = Template(Slot("a", '{"a":', 14), Slot("m", ',"m":"', 13, '"'), Slot("w", ',"w":"', 5, '"'),
                        Slot("e", "}\n", 0))
    rng = np.random.default_rng(1)
    numbers = np.concatenate([[0, 9, 10, 9_999, 10_000, 99_999_999_999_999], 10 ** rng.integers(0, 14, 50)])
    fen = np.concatenate([[0, 1, 99, 100, 123_450, 999_999_999_999], rng.integers(0, 10**9, 50)])
    which = rng.integers(0, 2, len(fen))
    sheet = Sheet(template, len(fen))
    sheet.number("a", numbers)
    sheet.money("m", fen)
    sheet.pick("w", words(("转", "voice")), which)
    sheet.drop("w", fen > 10**8)
    expected = ""
    for a, m, w in zip(numbers.tolist(), fen.tolist(), which.tolist(), strict=True):
        word = "" if m > 10**8 else f',"w":"{("转", "voice")[w]}"'
        expected += f'{{"a":{a},"m":"{m // 100}.{m % 100:02d}"{word}}}\n'
    assert sheet.tobytes().decode() == expected
