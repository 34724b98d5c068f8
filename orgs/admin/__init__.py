"""The admin screens of 组织准备. Every write is one service call; see docs/recipes/add-an-admin-screen.md."""

from orgs.admin import divisions, joint_orgs, keeping, organizations, people, postings

__all__ = ["divisions", "joint_orgs", "keeping", "organizations", "people", "postings"]
