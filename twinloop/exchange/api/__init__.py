"""`/api/v1`: the same rows and the same refusals as the pages, for programs with a token."""

from __future__ import annotations

from ninja import NinjaAPI
from ninja.renderers import JSONRenderer

from twinloop.exchange import problems
from twinloop.exchange.api import cases, reports, sendings  # noqa: F401 - their calls stand in the router
from twinloop.exchange.api.asking import Token, router


class Readable(JSONRenderer):
    json_dumps_params = {"ensure_ascii": False}


api = NinjaAPI(
    title="Twinloop",
    version="1",
    description="双循环: incidents and disputes of one district. Identity is masked everywhere.",
    auth=Token(),
    renderer=Readable(),
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api",
)
problems.install(api)
api.add_router("", router)
