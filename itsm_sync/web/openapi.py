"""What the port understands and answers, as OpenAPI 3.1; a test holds the port to it."""

from typing import Any

from itsm_sync.app.version import version
from itsm_sync.operations.endings import OUTCOMES

Part = dict[str, Any]

_ERROR: Part = {
    "type": "object",
    "required": ["error"],
    "additionalProperties": False,
    "properties": {"error": {"type": "string"}},
}
_TIME: Part = {"type": ["string", "null"], "format": "date-time"}
_HTML: Part = {"text/html": {"schema": {"type": "string"}}}
_PLAIN: Part = {"text/plain": {"schema": {"type": "string"}}}


def description() -> Part:
    """Answer the description."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "itsm-sync",
            "version": version(),
            "description": "Health, metrics, webhooks and the status page of the daemon.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "paths": {
            "/": {"get": _page()},
            "/style.css": {
                "get": _get("style", "The style of the status page.", {"text/css": _text()})
            },
            "/health/live": {
                "get": _checked("live", "Whether the daemon does its work at all.", "Live")
            },
            "/health/ready": {
                "get": _checked("ready", "Whether all is as it is to be, and what is not.", "Ready")
            },
            "/metrics": {"get": _get("metrics", "Figures for Prometheus.", _PLAIN)},
            "/openapi.json": {
                "get": _get("description", "This description.", _json({"type": "object"}))
            },
            **{f"/webhooks/{system}": {"post": _hook(system)} for system in _SCHEMES},
        },
        "components": {
            "schemas": {"Error": _ERROR, "Live": _live(), "Ready": _ready(), "Taken": _taken()},
            "securitySchemes": _schemes(),
        },
    }


def _json(schema: Part) -> Part:
    return {"application/json": {"schema": schema}}


def _text() -> Part:
    return {"schema": {"type": "string"}}


def _ref(name: str) -> Part:
    return {"$ref": f"#/components/schemas/{name}"}


def _error(what: str) -> Part:
    return {"description": what, "content": _json(_ref("Error"))}


def _common() -> Part:
    """Answer what any request may be answered."""
    return {
        "400": {
            "description": "Is no HTTP request, or says something else than it promises.",
            "content": {**_json(_ref("Error")), **_PLAIN},
        },
        "408": _error("Came too slowly, or took too long to answer."),
        "421": _error("Asks for a host that this is not."),
        "503": {
            "description": "Too much is asked for at once.",
            "content": {**_json(_ref("Error")), **_PLAIN},
        },
    }


def _get(name: str, what: str, content: Part, **more: Any) -> Part:
    answers = {**_common(), "200": {"description": what, "content": content}}
    return {"operationId": name, "summary": what, "responses": answers, **more}


def _page() -> Part:
    language = {
        "name": "lang",
        "in": "query",
        "description": "The page's language; otherwise what the reader's browser prefers.",
        "schema": {"type": "string"},
    }
    page = _get("page", "How things stand, for people.", _HTML, parameters=[language])
    page["responses"]["503"] = {
        "description": "The database does not answer; the page says what is known without it.",
        "content": {**_HTML, **_PLAIN},
    }
    return page


def _checked(name: str, what: str, schema: str) -> Part:
    asked = _get(name, what, _json(_ref(schema)))
    asked["responses"]["503"] = {
        "description": "It is not, as the answer says; or too much is asked for at once.",
        "content": {**_json(_ref(schema)), **_PLAIN},
    }
    return asked


def _live() -> Part:
    return {
        "type": "object",
        "required": ["live", "silent_seconds"],
        "properties": {
            "live": {"type": "boolean"},
            "silent_seconds": {"type": "number", "minimum": 0},
        },
    }


def _ready() -> Part:
    source = {
        "type": "object",
        "required": ["status", "stale", "silent_seconds", "read_at", "succeeded_at"],
        "properties": {
            "status": {"enum": ["ok", "partly", "failed", "off"]},
            "stale": {"type": "boolean"},
            "silent_seconds": {"type": "integer", "minimum": 0},
            "read_at": _TIME,
            "succeeded_at": _TIME,
        },
    }
    cycle = {
        "type": ["object", "null"],
        "required": ["cycle", "started_at", "finished_at", "outcome"],
        "properties": {
            "cycle": {"type": "string"},
            "started_at": _TIME,
            "finished_at": _TIME,
            "outcome": {"enum": [*OUTCOMES]},
        },
    }
    return {
        "type": "object",
        "required": ["ready", "reasons", "role", "database", "paused", "cycle", "sources"],
        "properties": {
            "ready": {"type": "boolean"},
            "reasons": {"type": "array", "items": {"type": "string"}},
            "role": {"enum": ["working", "standby"]},
            "database": {
                "type": "object",
                "required": ["answers"],
                "properties": {"answers": {"type": "boolean"}},
            },
            "paused": {"type": "boolean"},
            "cycle": cycle,
            "sources": {"type": "object", "additionalProperties": source},
        },
    }


def _taken() -> Part:
    return {
        "type": "object",
        "required": ["status"],
        "additionalProperties": False,
        "properties": {"status": {"enum": ["hinted", "dropped", "repeated", "ignored"]}},
    }


# Each system's webhook: the ways in which it proves that it knows the secret.
_SCHEMES = {
    "github": ("github",),
    "jenkins": ("jenkins-token", "jenkins-password"),
    "redmine": ("redmine",),
}


def _schemes() -> Part:
    def header(name: str) -> Part:
        told = "`sha256=` and the HMAC SHA-256 of the body with the secret, in hexadecimal digits."
        return {"type": "apiKey", "in": "header", "name": name, "description": told}

    return {
        "github": header("X-Hub-Signature-256"),
        "redmine": header("X-Redmine-Signature-256"),
        "jenkins-token": {"type": "http", "scheme": "bearer"},
        "jenkins-password": {"type": "http", "scheme": "basic"},
    }


def _hook(system: str) -> Part:
    what = f"Something may have changed at {system}: what it concerns is read soon."
    any_object: Part = {"schema": {"type": "object"}}
    kinds: Part = {"application/json": any_object}
    if system == "github":
        form = {
            "type": "object",
            "required": ["payload"],
            "properties": {"payload": _text()["schema"]},
        }
        kinds["application/x-www-form-urlencoded"] = {"schema": form}
    return {
        "operationId": f"{system}-webhook",
        "summary": what,
        "security": [{scheme: []} for scheme in _SCHEMES[system]],
        "parameters": _headers(system),
        "requestBody": {"required": True, "content": kinds},
        "responses": {
            **_common(),
            "202": {
                "description": "Taken: followed soon, or ignored, or known already.",
                "content": _json(_ref("Taken")),
            },
            "401": _error("Not signed, or not with the secret; or no secret is set."),
            "413": _error("More than `http.body` bytes."),
        },
    }


def _headers(system: str) -> list[Part]:
    if system != "github":
        return []
    told = {"X-GitHub-Event": "What happened.", "X-GitHub-Delivery": "The delivery's id."}
    return [
        {"name": name, "in": "header", "description": what, "schema": {"type": "string"}}
        for name, what in told.items()
    ]
