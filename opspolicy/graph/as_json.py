"""The graph as JSON, version 1: the shape of `schemas/graph.schema.json`, field by field."""

from __future__ import annotations

from opspolicy.envelope import MOST, assumed, envelope, located, spans
from opspolicy.graph import words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from opspolicy.estate.declarations import Service
    from opspolicy.graph.drawn import Drawn, Edge, Node
    from opspolicy.graph.impact import Impact


def document(drawn: Drawn) -> dict[str, Any]:
    """Return the document of a graph: all of what is chosen, however much that is."""
    report = drawn.report
    return {
        **envelope(report.as_of, report.until),
        **assumed(report.what_if),
        "complete": report.complete,
        "warnings": drawn.warnings,
        "title": words.title(drawn),
        "impact": None if drawn.impact is None else _impact(drawn, drawn.impact),
        "nodes": [_node(each) for each in drawn.nodes],
        "edges": [_edge(each) for each in drawn.edges],
    }


def _node(node: Node) -> dict[str, Any]:
    service = node.service
    return {
        "id": node.ref,
        "kind": node.kind,
        "name": node.name,
        "title": service.title if service is not None else None,
        "owner": service.owner if service is not None else None,
        "vendor": service.vendor if service is not None else None,
        "customer_facing": node.is_facing,
        "customers": service.customers if service is not None else None,
        "jobs": node.jobs,
        "senders": node.senders,
        "outages": spans(node.planned),
        "outage_count": len(node.planned),
        "first_causes": list(node.by[:MOST]),
        "timezone": node.zone,
        "findings": [each.fingerprint for each in node.findings[:MOST]],
        "state": node.state or None,
        "place": None if service is None else located(service.node.place),
    }


def _edge(edge: Edge) -> dict[str, Any]:
    return {
        "from": edge.start,
        "to": edge.end,
        "kind": edge.kind,
        "state": edge.state or None,
        "place": located(edge.place),
    }


def _impact(drawn: Drawn, impact: Impact) -> dict[str, Any]:
    services = drawn.timeline.estate.services
    return {
        "target": impact.target.ref,
        "sentence": words.told(impact),
        "struck": list(impact.struck),
        "slowed": list(impact.slowed),
        "down": [_fallen(impact, services[each]) for each in impact.down],
        "degraded": [_fallen(impact, services[each]) for each in impact.degraded],
        "unknown": list(impact.unknown),
        "facing": [each.name for each in impact.facing],
        "customers": impact.customers,
        "uncounted": [each.name for each in impact.uncounted],
        "jobs": [each.name for each in impact.jobs],
        "senders": [each.name for each in impact.senders],
        "planned": spans(impact.planned),
        "planned_count": len(impact.planned),
        "timezone": drawn.zone,
    }


def _fallen(impact: Impact, service: Service) -> dict[str, Any]:
    return {
        "service": service.name,
        "way": list(impact.ways[service.name]),
        "customers": service.customers if service.customer_facing else None,
        "place": located(service.node.place),
    }
