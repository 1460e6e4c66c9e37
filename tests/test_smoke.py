import pytest
from django.test import Client


@pytest.mark.django_db
def test_health_answers():
    assert Client().get("/readyz").json() == {"database": True}
