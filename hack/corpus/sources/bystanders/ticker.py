"""Prints quotes; plain prints, no logger."""

import sys
import time

what = sys.argv[1]
print("ticker 0.3", flush=True)
quotes = {"EUR": 1.0, "USD": 1.09, "GBP": 0.86}
for number in range(3):
    for name, value in quotes.items():
        print(f"{name} {value:.2f}", flush=True)
    time.sleep(0.3)


def convert(pairs):
    return [quotes[a] / quotes[b] for a, b in pairs]


if what == "key":
    convert([("EUR", "USD"), ("CHF", "EUR")])
elif what == "assert":
    assert len(quotes) == 4, "expected four currencies"
elif what == "recursion":
    def walk(n):
        return walk(n + 1)
    walk(0)
elif what == "memory":
    history = []
    while True:
        history.append(bytearray(16 << 20))
elif what == "memory-caught":
    try:
        history = []
        while True:
            history.append(bytearray(16 << 20))
    except MemoryError:
        del history
        print("history does not fit into memory, giving up", file=sys.stderr)
        sys.exit(1)
elif what == "loop":
    while True:
        time.sleep(1)
        print("EUR 1.00", flush=True)
print("no more quotes today")
