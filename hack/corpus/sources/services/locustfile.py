"""Load test of the shop."""

import os

from locust import HttpUser, constant, events, task

PRODUCTS = [line for line in open(os.environ.get("PRODUCTS", "/srv/products.txt")).read().split()] if os.environ.get("PRODUCTS") else ["1"]


@events.init.add_listener
def prepare(environment, **_):
    if os.environ.get("PREPARE"):
        PRODUCTS[99]


class Buyer(HttpUser):
    wait_time = constant(0.5)

    @task
    def look(self):
        self.client.get(f"/items/{PRODUCTS[0]}")
