"""The task that beat sends. What is due, the database knows (``kit.jobs``)."""

from celery import shared_task

from kit import clock, jobs


@shared_task(name="kit.tick", ignore_result=True)
def tick() -> None:
    jobs.tick(now=clock.database_now())
