"""The dead letters -> back into the queue, once what was wrong is mended. What is answered already stays so."""

from chalicelib.waiting import Queue

_HIDDEN_SECONDS = 60


def redrive(dead_letters: Queue, queue: Queue) -> int:
    """Move everything, in order, and return how many; killed in the middle, nothing is lost.

    Raises QueueUnavailable.
    """
    moved = 0
    while messages := dead_letters.receive(_HIDDEN_SECONDS):
        for message in messages:
            queue.keep(message["Body"], message["Attributes"]["MessageGroupId"], message["MessageId"])
            dead_letters.delete(message["ReceiptHandle"])
            moved += 1
    return moved
