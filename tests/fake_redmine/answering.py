"""The REST API: a request of somebody's, and Redmine's answer."""

import re
from typing import Any

from tests.fake_redmine import surroundings, tickets
from tests.fake_redmine.asking import Answer, Request
from tests.fake_redmine.refusing import Refused
from tests.fake_redmine.world import World

__all__ = ["Request", "answer"]


def answer(world: World, request: Request) -> Answer:
    """Do what is asked; answer the status and what is shown."""
    try:
        if request.user is None:
            return _nobody(request)
        for method, pattern, do in _ROUTES:
            fits = re.fullmatch(pattern, request.path)
            if fits and method == request.method:
                return do(world, request.user, request, *fits.groups())
        raise Refused(404)
    except Refused as refused:
        return refused.status, {"errors": list(refused.errors)} if refused.status == 422 else None


def _nobody(request: Request) -> Answer:
    """A wrong key reads as nobody's, with 200 and nothing (Redmine fact 3)."""
    if request.method == "GET" and request.path in ("/issues.json", "/projects.json"):
        container = request.path[1:].removesuffix(".json")
        return 200, {container: [], "total_count": 0, "offset": 0, "limit": 25}
    raise Refused(401)


_ROUTES: tuple[tuple[str, str, Any], ...] = (
    ("GET", r"/issues\.json", tickets.issues),
    ("GET", r"/issues\.csv", tickets.numbers),
    ("POST", r"/issues\.json", tickets.create),
    ("GET", r"/issues/(\d+)\.json", tickets.issue),
    ("PUT", r"/issues/(\d+)\.json", tickets.update),
    ("DELETE", r"/issues/(\d+)\.json", tickets.delete),
    ("GET", r"/issues/(\d+)", tickets.page),
    ("PUT", r"/journals/(\d+)\.json", tickets.note),
    ("POST", r"/issues/(\d+)/relations\.json", tickets.relate),
    ("DELETE", r"/relations/(\d+)\.json", tickets.unrelate),
    ("POST", r"/issues/(\d+)/watchers\.json", tickets.watch),
    ("DELETE", r"/issues/(\d+)/watchers/(\d+)\.json", tickets.unwatch),
    ("GET", r"/my/account\.json", surroundings.me),
    ("GET", r"/users/current\.json", surroundings.me),
    ("GET", r"/projects\.json", surroundings.projects),
    ("POST", r"/projects\.json", surroundings.add_project),
    ("GET", r"/projects/([\w-]+)\.json", surroundings.project),
    ("PUT", r"/projects/([\w-]+)/(close|reopen)\.json", surroundings.close),
    ("GET", r"/projects/([\w-]+)/memberships\.json", surroundings.memberships),
    ("GET", r"/projects/([\w-]+)/wiki/index\.json", surroundings.wiki),
    ("GET", r"/projects/([\w-]+)/wiki/([^/]+)(?:/(\d+))?\.json", surroundings.wiki_page),
    ("PUT", r"/projects/([\w-]+)/wiki/([^/]+)\.json", surroundings.write_page),
    ("GET", r"/groups/(\d+)\.json", surroundings.group),
    ("GET", r"/roles/(\d+)\.json", surroundings.role),
    ("GET", r"/trackers\.json", surroundings.trackers),
    ("GET", r"/issue_statuses\.json", surroundings.all_statuses),
    ("GET", r"/enumerations/issue_priorities\.json", surroundings.priorities),
    ("GET", r"/custom_fields\.json", surroundings.fields),
)
