"""Addresses of the pages of 组织准备."""

from django.urls import path

from orgs.pages import homes

urlpatterns = [
    path("joint-orgs/", homes.JointOrgList.as_view(), name="joint-orgs"),
    path("joint-orgs/<uuid:pk>/", homes.JointOrgHome.as_view(), name="joint-org"),
    path("joint-orgs/<uuid:pk>/members/", homes.MembersRegister.as_view(), name="joint-org-members"),
    path("my-unit/", homes.MyUnit.as_view(), name="my-unit"),
    path("units/<uuid:pk>/", homes.UnitHome.as_view(), name="unit"),
]
