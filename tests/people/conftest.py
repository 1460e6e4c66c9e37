"""Somebody of each role, signed in, and the pages of /me/ whatever the product's own addresses are."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.people.acting import new


@pytest.fixture
def enter(db: None) -> Any:
    """enter("chief", unit=…) → a client signed in as somebody who holds these roles; `.account` is who."""

    def enter(*roles: str, **fields: Any) -> Client:
        if {"auditor", "security_admin", "system_admin"} & set(roles):
            fields.setdefault("kind", "staff")
        client = Client()
        client.account = new(*roles, **fields)  # type: ignore[attr-defined]
        client.force_login(client.account, backend="twinloop.people.backend.AccountBackend")  # type: ignore[attr-defined]
        return client

    return enter
