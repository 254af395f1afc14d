"""Copies people from LDAP (ldap3)."""

import logging
import os
import sys
import time

import ldap3

logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="[%(asctime)s] %(levelname)s in %(module)s: %(message)s")
log = logging.getLogger("sync")
log.info("directory-sync starting, base %s", os.environ.get("LDAP_BASE", "dc=example,dc=org"))
server = ldap3.Server(os.environ["LDAP_URL"], connect_timeout=3)
connection = ldap3.Connection(
    server, os.environ["LDAP_BIND_DN"], os.environ["LDAP_PASSWORD"], auto_bind=True, raise_exceptions=True
)
log.info("bound as %s", connection.extend.standard.who_am_i())
while True:
    time.sleep(5)
