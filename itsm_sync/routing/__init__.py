"""DECIDE: rules, classifier, ownership; pure."""

from itsm_sync.routing.catalogue import Catalogue
from itsm_sync.routing.problems import RoutingProblems, Trouble
from itsm_sync.routing.router import Router

__all__ = ["Catalogue", "Router", "RoutingProblems", "Trouble"]
