"""The data sets of the bench: valid rows, the same rows every time, the published number of villages."""

import pytest
from django.db import connection

from bench import generate
from kit.scoping import standing_of
from orgs import rules, selectors
from orgs.models import Division, JointOrg, Membership, Organization, Posting


def _rows(link) -> dict[str, list]:
    tables = ("orgs_division", "orgs_organization", "orgs_jointorg", "orgs_membership", "orgs_person", "orgs_posting")
    return {table: sorted(map(str, link.execute(f"SELECT * FROM {table}").fetchall())) for table in tables}


@pytest.mark.django_db(transaction=True)
def test_a_generated_township_is_valid_and_always_the_same(superuser):
    counts = generate.fill(superuser, "township", generate.Amounts(home_units=6))
    assert counts["orgs_division"] == 10
    assert counts["orgs_posting"] == counts["orgs_person"] == Posting.objects.count()
    first = _rows(superuser)
    # Triggers slept while the rows were written: every reference must still lead somewhere.
    for model in (Division, Organization, JointOrg, Membership, Posting):
        for field in (f for f in model._meta.concrete_fields if f.is_relation):
            known = field.related_model.objects.values("pk")
            assert not model.objects.exclude(**{field.attname: None}).exclude(**{f"{field.name}__in": known}).exists()
    for org in Organization.objects.select_related("parent"):
        assert (org.parent.kind if org.parent else None) == rules.parent_kind(org.kind)
        assert org.path.startswith(org.parent.path if org.parent else "d")
    assert all(post.role in rules.roles_at(post.organization.kind) for post in Posting.objects.select_related())
    superuser.execute("SET session_replication_role = replica")
    superuser.execute("TRUNCATE orgs_division, orgs_organization CASCADE")
    superuser.execute("RESET session_replication_role")
    generate.fill(superuser, "township", generate.Amounts(home_units=6))
    assert _rows(superuser) == first


@pytest.mark.django_db(transaction=True)
def test_constraints_and_indexes_stand_again_afterwards(superuser):
    def guards() -> list[str]:
        found = superuser.execute(
            "SELECT indexname::text FROM pg_indexes WHERE schemaname = 'public' AND tablename LIKE 'orgs%' UNION ALL"
            " SELECT conname::text || contype::text FROM pg_constraint"
            " WHERE conrelid IN (SELECT oid FROM pg_class WHERE relname LIKE 'orgs%')"
        )
        return sorted(line for (line,) in found)

    before = guards()
    generate.fill(superuser, "township", generate.Amounts(home_units=2))
    assert guards() == before
    cadre = Posting.objects.get(organization__path="d511902/t107/", role="township_officer").person
    assert standing_of(cadre).paths == ("d511902/t107/",)
    assert selectors.organizations(cadre).count() == Organization.objects.under("d511902/t107/").count()
    connection.close()


@pytest.mark.parametrize("scale, townships", [("township", 1), ("district", 25), ("city", 139)])
def test_a_scale_has_its_number_of_villages_with_codes_of_their_own(scale, townships):
    codes = [code for code, _ in generate.divisions(scale)]
    assert len(set(codes)) == len(codes)
    assert sum(len(code) == 12 for code in codes) == generate.SCALES[scale]
    assert sum(len(code) == 9 for code in codes) == townships
    known = set(codes)
    assert all(code[:-3] in known for code in codes if len(code) > 6)


def test_the_country_has_the_published_number_of_villages():
    assert generate.SCALES["country"] == 620_573
