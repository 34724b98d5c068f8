"""Addresses of the pages of 组织准备."""

from django.urls import path

from orgs.pages import homes

urlpatterns = [
    path("joint-orgs/", homes.joint_org_list, name="joint-orgs"),
    path("joint-orgs/<uuid:pk>/", homes.joint_org_home, name="joint-org"),
    path("joint-orgs/<uuid:pk>/members/", homes.members_register, name="joint-org-members"),
    path("my-unit/", homes.my_unit, name="my-unit"),
    path("units/<uuid:pk>/", homes.unit_home, name="unit"),
]
