"""Organizations, people, and what ties them together."""

from orgs.models.accounts import RecoveryCode, SecondFactor, SignIn, TrustedDevice
from orgs.models.divisions import Division
from orgs.models.joint_orgs import JOINT_ORG, JointOrg, Membership
from orgs.models.organizations import ORGANIZATION, FormerPath, Organization
from orgs.models.people import Person, Posting

__all__ = [
    "JOINT_ORG",
    "ORGANIZATION",
    "Division",
    "FormerPath",
    "JointOrg",
    "Membership",
    "Organization",
    "Person",
    "Posting",
    "RecoveryCode",
    "SecondFactor",
    "SignIn",
    "TrustedDevice",
]
