"""The cast stands where the stories say: each reach follows from postings alone."""

import pytest

from orgs.models import Organization, Posting
from tests.cast import CAST


def test_everybody_is_there_and_posts_are_real(cast):
    assert set(cast.people) == set(CAST)
    assert Posting.objects.count() == len(CAST) - 2  # outsider and anonymous hold none


def test_codes_are_the_published_ones(cast):
    assert cast.mingyue.path == "d511902/t107/v205/"
    assert cast.yangfan.path == "d511902/t105/v201/"
    assert cast.tianma.organization.path == "d511902/t107/j1/"
    assert Organization.objects.get(path="d511902/").division.name == "巴州区"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_transactional_tests_start_empty(turn):
    from tests.cast import make_cast

    assert Organization.objects.count() == 0
    make_cast()
    assert Organization.objects.count() > 10
