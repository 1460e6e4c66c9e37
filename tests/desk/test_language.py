"""A page's language is the page's: the thread that made it goes on in its own."""

from __future__ import annotations

from django.conf import settings
from django.test import Client
from django.utils import translation


def test_a_request_in_english_leaves_its_thread_as_it_was(db):
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    with translation.override("zh-hans"):
        for path in ("/accounts/login/", "/nothing/"):
            answer = client.get(path)
            assert answer["Content-Language"] == "en"
            assert translation.get_language() == "zh-hans"
