"""What 运行保障 hears from every mechanism: the facts that people are told of."""

from kit import clock, facts, reminders
from kit.actors import System
from oversight.services import notifications

TELLER = System("oversight.hearing")


@facts.subscribe(*reminders.heard(), name="oversight.hearing")
def tell(fact) -> None:
    """Each person concerned is told once of each fact."""
    notifications.tell(actor=TELLER, fact=fact, now=clock.database_now())
