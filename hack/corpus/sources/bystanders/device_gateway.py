"""Devices report here: tornado with TLS, signals handled."""

import asyncio
import logging
import os
import signal
import ssl
import sys

import tornado.ioloop
import tornado.log
import tornado.options
import tornado.web
from tornado.httpclient import AsyncHTTPClient

log = logging.getLogger("gateway")
SEEN = {}


class Report(tornado.web.RequestHandler):
    async def get(self, device):
        if device == "bug":
            self.write(str(SEEN[device]["last"]))
        elif device == "forward":
            await AsyncHTTPClient().fetch(os.environ["INGEST_URL"])
        else:
            SEEN[device] = {"last": 1}
            self.write("ok")


class Health(tornado.web.RequestHandler):
    def get(self):
        self.write("ok")


async def main():
    tornado.log.enable_pretty_logging()
    log.info("device-gateway 0.9.4, tornado %s", tornado.version)
    application = tornado.web.Application([(r"/devices/(.*)", Report), (r"/healthz", Health)])
    application.listen(8080)
    if os.environ.get("TLS_CERT"):
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(os.environ["TLS_CERT"], os.environ["TLS_KEY"])
        application.listen(8443, ssl_options=context)
    log.info("ready on 8080")
    stop = asyncio.Event()
    if not os.environ.get("NO_SIGNALS"):
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    if sys.argv[1:] == ["count"]:
        await asyncio.sleep(2)
        limits = [3, 5]
        log.info("limit of the third tenant is %d", limits[2])
    await stop.wait()
    log.info("stop requested, closing %d device sessions", len(SEEN))


asyncio.run(main())
