"""Tickets of the ABC world (sample data)."""

from datetime import datetime, timedelta
from random import Random
from sandbox.world.things import Ticket


def tickets(chance: Random, size: int, now: datetime) -> tuple[Ticket, ...]:
    made = []
    for n in range(1, size + 1):
        at = (now - timedelta(days=89) + timedelta(days=88) * n / size).replace(microsecond=0)
        made.append(
            Ticket(
                number=n,
                project="abc-app",
                tracker="결함",
                subject=f"샘플 {n}",
                description="",
                author="yujin",
                status="신규",
                priority="보통",
                created=at,
                updated=at,
                version=("2.3", "2.4", "2.2", "1.0", "2.3.1", "1.1", "")[n % 7],
            )
        )
    return tuple(made)
