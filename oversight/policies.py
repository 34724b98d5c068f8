"""Who may use which verb of 运行保障."""

from kit.policies import district, grant, own_body, subtree
from kit.scoping import Place, Post
from orgs.choices import Role


def below(post: Post, place: Place) -> bool:
    """Under that organization in the tree, and not that organization itself: no office answers for itself."""
    return place.path.startswith(post.path) and place.path != post.path


TABLE = {
    # Whoever waits for the item; that it is this person who waits for this item, the service asks the item itself.
    "nudge": [
        grant(
            *(Role.UNIT_SECRETARY, Role.UNIT_REPRESENTATIVE, Role.JOINT_SECRETARY, Role.JOINT_DEPUTY),
            *(Role.JOINT_MEMBER, Role.AREA_SECRETARY, Role.AREA_OFFICER, Role.TOWNSHIP_OFFICER),
            where=district,
        )
    ],
    # Who was reminded of what: whoever leads or looks after it.
    "reminder.read": [
        grant(Role.TOWNSHIP_OFFICER, Role.TOWNSHIP_SECRETARY, where=subtree),
        grant(Role.JOINT_SECRETARY, Role.JOINT_DEPUTY, Role.AREA_SECRETARY, Role.AREA_OFFICER, where=own_body),
        grant(Role.ORGANIZATION_OFFICER, where=district),
    ],
    # A township looks into its joint organizations, the district into everything; an area committee into what it leads
    # (``selectors.view_of``).
    "dashboard.read": [
        grant(
            *(Role.DISTRICT_VIEWER, Role.ORGANIZATION_OFFICER, Role.TOWNSHIP_SECRETARY, Role.TOWNSHIP_OFFICER),
            where=subtree,
        ),
        grant(Role.AREA_SECRETARY, Role.AREA_OFFICER, Role.JOINT_SECRETARY, where=own_body),
    ],
    "complaint.answer": [
        grant(Role.TOWNSHIP_OFFICER, where=below),
        grant(Role.ORGANIZATION_OFFICER, where=district),
    ],
}
