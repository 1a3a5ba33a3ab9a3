"""Numbers as they are shown before a card is opened."""


def masked(card: str) -> str:
    """Return a card's number with its middle hidden, without its kind.

    >>> masked("phone:13812345678"), masked("account:6222021234567890"), masked("phone:10086")
    ('138****5678', '6222********7890', '****6')
    """
    number = card.partition(":")[2] or card
    if len(number) < 9:
        return "*" * (len(number) - 1) + number[-1:]
    head = 3 if len(number) <= 11 else 4
    return number[:head] + "*" * (len(number) - head - 4) + number[-4:]
