"""A wsgi application whose mistakes are picked by MODE."""

import os
import signal

mode = os.environ.get("MODE", "")
print("catalogue application starting", flush=True)
if mode == "module":
    import catalogue_search  # noqa: F401
if mode == "env":
    TOKEN = os.environ["CATALOGUE_TOKEN"]
if mode == "abort":
    os.kill(os.getpid(), signal.SIGSEGV)
if mode == "grow":
    catalogue = []
    while True:
        catalogue.append("x" * 1_000_000)
        if len(catalogue) % 20 == 0:
            print(f"{len(catalogue)} pages of the catalogue cached", flush=True)


def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"ok"]
