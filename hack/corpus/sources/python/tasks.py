"""A celery application with one periodic task."""

import os

from celery import Celery

app = Celery("tasks", broker=os.environ.get("BROKER_URL", "redis://redis:6379/0"))
app.conf.broker_connection_max_retries = int(os.environ.get("BROKER_RETRIES", "100"))
app.conf.broker_connection_retry_on_startup = True
app.conf.beat_schedule = {"sweep": {"task": "tasks.sweep", "schedule": 1.0}}
app.conf.beat_schedule_filename = os.environ.get("SCHEDULE", "/data/celerybeat-schedule")


@app.task
def sweep():
    return "swept"
