"""One demand of 明月村 in 天马联村党组织, taken through the services to each state, for tests of doors."""

from resources.services import demands, following
from tests.resources.test_demands import NOW, accepted, submitted, verified, written


def returned(cast):
    return demands.return_demand(actor=cast.cadre_chen, demand=submitted(cast), reason="请写明面积", now=NOW)


def waiting(cast):
    return demands.wait_demand(actor=cast.cadre_chen, demand=accepted(cast), reason="等县农业农村局答复", now=NOW)


def layered(cast):
    """Accepted, with a check that makes one of the two drying houses."""
    row = accepted(cast)
    demands.add_layer(
        actor=cast.cadre_chen,
        demand=row,
        level="check",
        category="housing",
        text="按房屋修缮办理。",
        quantity=1,
        quantity_unit="座",
        now=NOW,
    )
    return row


def settling(cast):
    row = verified(cast)
    following.offer_settlement(
        actor=cast.secretary_li, demand=row, partner=cast.company, terms="借用彩钢瓦，秋后归还。", now=NOW
    )
    row.refresh_from_db()
    return row


def settled(cast):
    return following.agree_settlement(actor=cast.entrepreneur_he, demand=settling(cast), now=NOW)


def fulfilled(cast):
    return following.fulfil_demand(actor=cast.cadre_chen, demand=settled(cast), now=NOW)


def confirmed(cast):
    return following.confirm_demand(actor=cast.secretary_li, demand=fulfilled(cast), now=NOW)


STAGES = {
    "draft": written,
    "submitted": submitted,
    "returned": returned,
    "accepted": accepted,
    "waiting": waiting,
    "verified": verified,
    "settling": settling,
    "settled": settled,
    "fulfilled": fulfilled,
    "confirmed": confirmed,
}
