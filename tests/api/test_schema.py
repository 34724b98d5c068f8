"""The committed schema is what the code says; the docs need nothing from outside and keep the strict CSP."""

import re

import yaml
from django.core.management import call_command
from django.urls import get_resolver

from tests.api.client import Caller
from tests.committed import SCHEMA, schema


def test_the_committed_schema_has_not_drifted(tmp_path):
    """Renew it with: ./lian manage spectacular --fail-on-warn --file docs/openapi.yaml"""
    fresh = tmp_path / "openapi.yaml"
    call_command("spectacular", file=str(fresh), fail_on_warn=True, validate=True)
    assert fresh.read_text(encoding="utf-8") == SCHEMA.read_text(encoding="utf-8")


def test_it_is_openapi_3_1_and_every_operation_tells_its_refusals():
    document = schema()
    assert document["openapi"] == "3.1.0"
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            statuses = set(operation["responses"])
            assert statuses & {"200", "201"}, path
            if path in ("/api/v1/schema/", "/api/v1/docs/"):
                continue
            assert statuses >= {"400", "401", "403", "404", "429", "503"}, (path, method)
            if method != "get":
                assert statuses >= {"409", "412", "413", "415", "422"}, (path, method)
            assert re.search("[\u4e00-\u9fff]", operation["summary"]), (path, method)


def test_every_post_documents_the_key_and_every_body_is_closed():
    document = schema()
    bodies = 0
    for operations in document["paths"].values():
        if "post" in operations:
            names = {p["name"]: p for p in operations["post"]["parameters"]}
            assert names["Idempotency-Key"]["required"] is True
    for name, component in document["components"]["schemas"].items():
        if name.endswith("Body"):
            bodies += 1
            assert component["additionalProperties"] is False, name
    assert bodies > 10


def test_every_representation_carries_what_the_contract_says():
    document = schema()
    for path, operations in document["paths"].items():
        if not path.endswith("/{id}/") or "get" not in operations:
            continue
        name = operations["get"]["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].split("/")[-1]
        properties = document["components"]["schemas"][name]["properties"]
        assert {"id", "light", "actions", "links"} <= set(properties), path
        for key, shape in properties.items():
            if "enum" in shape and key != "light":
                assert f"{key}_label" in properties, (path, key)


def test_no_name_of_a_forbidden_field_is_anywhere():
    """No ID card, bank card, birth date, home address, ethnicity, religion or health (mission)."""
    names = {key for each in schema()["components"]["schemas"].values() for key in each.get("properties", {})}
    forbidden = re.compile("id_?card|bank|birth|address|ethnic|religio|health|nation", re.I)
    assert not [name for name in names if forbidden.search(name)]


def test_the_docs_page_asks_nothing_of_other_hosts_and_runs_no_inline_script(client, db):
    page = client.get("/api/v1/docs/")
    assert page.status_code == 200
    html = page.content.decode()
    assert not re.findall(r"(?:src|href)=[\"'](?:https?:)?//", html)
    assert not re.findall(r"<script(?![^>]*src=)[^>]*>\s*\S", html)
    assert not re.findall(r"\son\w+=", html)
    csp = page.headers["Content-Security-Policy"]
    assert "script-src 'self'" in csp
    assert "unsafe" not in csp
    script = client.get(re.search(r'src="([^"]*docs/[^"]*)"', html).group(1).replace("&amp;", "&"))
    assert script.headers["Content-Type"].startswith("application/javascript")


def test_every_api_route_is_in_the_schema():
    documented = set(schema()["paths"])
    for route in api_routes():
        if route.name in ("schema", "docs", "api-unknown"):
            continue
        path = "/api/v1/" + re.sub(r"\(\?P<pk>[^)]*\)", "{id}", str(route.pattern)).strip("^$")
        assert path in documented, path


def api_routes():
    def walk(patterns, under):
        for each in patterns:
            if hasattr(each, "url_patterns"):
                yield from walk(each.url_patterns, under or str(each.pattern) == "api/v1/")
            elif under:
                yield each

    return list(walk(get_resolver().url_patterns, False))


def test_the_schema_is_served(client, db):
    served = client.get("/api/v1/schema/")
    assert served.status_code == 200
    assert yaml.load(served.content, Loader=yaml.CSafeLoader)["info"]["title"] == "联村 REST 接口"
    assert Caller().get("/schema/").status_code == 200
