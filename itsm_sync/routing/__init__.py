"""DECIDE: rules, classifier, ownership; pure."""

from itsm_sync.routing.catalogue import Catalogue, Ground
from itsm_sync.routing.problems import RoutingProblems, Trouble
from itsm_sync.routing.router import Router

__all__ = ["Catalogue", "Ground", "Router", "RoutingProblems", "Trouble"]
