"""The data sets of the bench: valid rows, the same rows every time, the published number of villages."""

from collections import Counter

import pytest
from django.apps import apps
from django.db import connection

from bench import generate
from deliberation import rules as voting
from deliberation.models import AgendaItem, Meeting, Motion, Poll, Presence, Resolution, ResolutionTask
from kit import summaries
from kit.calendar import day_of
from kit.holidays import working_days
from kit.scoping import standing_of
from orgs import rules, selectors
from orgs.models import Membership, Organization, Posting
from resources.choices import DemandState
from resources.models import Demand, DemandCount, DemandDelta, Settlement
from resources.querysets import OPEN

MODELS = [model for model in apps.get_models() if model._meta.db_table in generate.TABLES]
SMALL = generate.Amounts(home_units=6, demands=700)


def _rows(link) -> dict[str, list]:
    """Every generated row; voting rules are seeded under new ids at each set-up, so theirs do not count."""
    (rule,) = link.execute("SELECT id FROM deliberation_votingrule WHERE code = 'JOINT'").fetchone()
    return {
        table: sorted(str(row).replace(str(rule), "") for row in link.execute(f"SELECT * FROM {table}").fetchall())
        for table in generate.TABLES
        if table != "resources_demandcount"
    }


@pytest.mark.django_db(transaction=True)
def test_a_generated_township_is_valid_and_always_the_same(superuser):
    counts = generate.fill(superuser, "township", SMALL)
    assert counts["orgs_division"] == 10
    assert counts["orgs_posting"] == counts["orgs_person"] == Posting.objects.count()
    assert counts["resources_demand"] == 700
    assert all(counts.values())
    first = _rows(superuser)
    # Triggers slept while the rows were written: every reference must still lead somewhere.
    assert {model._meta.db_table for model in MODELS} == set(generate.TABLES)
    for model in MODELS:
        for field in (f for f in model._meta.concrete_fields if f.is_relation):
            known = field.related_model.objects.values("pk")
            assert not model.objects.exclude(**{field.attname: None}).exclude(**{f"{field.name}__in": known}).exists()
    for org in Organization.objects.select_related("parent"):
        assert (org.parent.kind if org.parent else None) == rules.parent_kind(org.kind)
        assert org.path.startswith(org.parent.path if org.parent else "d")
    assert all(post.role in rules.roles_at(post.organization.kind) for post in Posting.objects.select_related())
    superuser.execute("SET session_replication_role = replica")
    superuser.execute(f"TRUNCATE {', '.join(generate.TABLES)} CASCADE")
    superuser.execute("RESET session_replication_role")
    generate.fill(superuser, "township", SMALL)
    assert _rows(superuser) == first


@pytest.mark.django_db(transaction=True)
def test_generated_demands_are_as_the_product_would_have_left_them(superuser):
    generate.fill(superuser, "township", SMALL)
    members = set(Membership.objects.values_list("unit_id", "joint_org_id"))
    calendar = working_days()
    for demand in Demand.objects.all():
        assert (demand.unit_id, demand.body_id) in members
        instants = [demand.created_at, demand.submitted_at, demand.accepted_at, demand.answered_at]
        assert [i for i in instants if i] == sorted(i for i in instants if i)
        if demand.submitted_at:
            assert demand.accept_by_on == calendar.add(day_of(demand.submitted_at), 3)
        if demand.accepted_at:
            assert demand.answer_by_on == calendar.add(day_of(demand.accepted_at), 10)
        assert bool(demand.quantity) == bool(demand.quantity_unit)
        assert bool(demand.accepted_at) == (demand.state not in ("draft", "submitted", "returned", "withdrawn"))
        demand.full_clean(exclude=["id"])
    states = Counter(Demand.objects.values_list("state", flat=True))
    assert set(states) == set(DemandState.values)
    assert 0.1 < sum(states[state] for state in OPEN) / 700 < 0.4
    assert states["confirmed"] + states["closed"] > 350
    spread = Demand.objects.order_by("created_at").values_list("created_at", flat=True)
    assert 700 <= (spread.last() - spread.first()).days <= 730
    # Each went one way: through a meeting or by agreement.
    tabled = set(Motion.objects.values_list("about", flat=True))
    agreed = {f"resources.demand:{pk}" for pk in Settlement.objects.values_list("demand_id", flat=True)}
    went = {
        f"resources.demand:{pk}"
        for pk in Demand.objects.filter(
            state__in=["settling", "settled", "tabled", "decided", "in_progress", "fulfilled", "confirmed"]
        ).values_list("pk", flat=True)
    }
    assert not tabled & agreed
    assert tabled | agreed == went


@pytest.mark.django_db(transaction=True)
def test_generated_meetings_are_as_the_product_would_have_left_them(superuser):
    generate.fill(superuser, "township", SMALL)
    for poll in Poll.objects.select_related("rule", "item__meeting"):
        count = voting.Count(
            should_attend=poll.should_attend, present=poll.present, yes=poll.yes, no=poll.no, abstain=poll.abstain
        )
        verdict = voting.judge(poll.rule.as_rule(), count)
        assert (verdict.adopted, verdict.votes_needed, verdict.sentence) == (True, poll.votes_needed, poll.sentence)
        assert poll.item.meeting.opened_at <= poll.opened_at < poll.closed_at
        assert poll.item.meeting.attendances.count() == poll.should_attend
    for motion in Motion.objects.prefetch_related("items"):
        assert motion.items.count() == (motion.state in ("adopted", "scheduled"))
    assert AgendaItem.objects.filter(state="done").count() == Poll.objects.count() == Resolution.objects.count()
    for meeting in Meeting.objects.all():
        assert meeting.items.exists()
        assert meeting.opened_at is None or meeting.opened_at == meeting.starts_at
    assert Presence.objects.exists()
    assert ResolutionTask.objects.count() == Resolution.objects.exclude(effective_at=None).count() > 0
    for resolution in Resolution.objects.select_related("motion"):
        assert resolution.formed_at > resolution.motion.submitted_at


@pytest.mark.django_db(transaction=True)
def test_the_figures_beside_the_generated_demands_are_right_at_once(superuser):
    generate.fill(superuser, "township", SMALL)
    assert list(summaries.compare()) == []
    assert not DemandDelta.objects.exists()
    assert sum(DemandCount.objects.values_list("number", flat=True)) == Demand.objects.submitted().count() > 600


@pytest.mark.django_db(transaction=True)
def test_constraints_and_indexes_stand_again_afterwards(superuser):
    def guards() -> list[str]:
        found = superuser.execute(
            "SELECT indexname::text FROM pg_indexes WHERE schemaname = 'public' AND tablename = ANY(%s) UNION ALL"
            " SELECT conname::text || contype::text FROM pg_constraint"
            " WHERE conrelid IN (SELECT oid FROM pg_class WHERE relname = ANY(%s))",
            [list(generate.TABLES)] * 2,
        )
        return sorted(line for (line,) in found)

    before = guards()
    generate.fill(superuser, "township", generate.Amounts(home_units=2))
    assert guards() == before
    cadre = Posting.objects.get(organization__path="d511902/t107/", role="township_officer").person
    assert standing_of(cadre).paths == ("d511902/t107/",)
    # The own subtree and the area committee above the township's joint organizations.
    assert selectors.organizations(cadre).count() == Organization.objects.under("d511902/t107/").count() + 1
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
