"""Jobs of an rq worker."""

import os


def invoice(number):
    if number < 0:
        raise PermissionError(13, "Permission denied", f"/data/invoice-{number}.pdf")
    return number


def crash(_):
    raise KeyError("customer")


def enqueue():
    from redis import Redis
    from rq import Queue

    queue = Queue("invoices", connection=Redis.from_url(os.environ["REDIS_URL"]))
    for number in (1, -2, 3):
        queue.enqueue(invoice, number)
