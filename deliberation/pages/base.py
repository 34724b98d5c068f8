"""What the pages below 议事 share."""

from kit.components import Crumb
from kit.navigation import address
from kit.pages import Page


class InDeliberation(Page):
    """A page below 议事."""

    def crumbs(self) -> list[Crumb]:
        return [*super().crumbs(), Crumb("议事", address("deliberation"))]
