"""What Celery calls; `openevent/celery.py` says when."""

from datetime import time

from . import registry, upkeep, worker
from .broker import app


@app.task(name="jobs.run")
def run(job_id: str) -> None:
    worker.run(job_id)


@app.task(name="jobs.sweep")
def sweep() -> None:
    upkeep.sweep()


@app.task(name="jobs.tick")
def tick() -> None:
    upkeep.tick()


registry.periodic("jobs.delete-old", at=time(3, 40), atomic=False)(upkeep.delete_old)
