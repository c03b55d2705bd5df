"""Figures for Prometheus: of the requests as they go by, of the database when they are asked for."""

from collections.abc import Iterable
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from checks.model import Severity
from desk.console.hall import Hall
from store.database import reading
from store.desk_state import desk_state

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.5, 5.0, 10.0)
#: Where a text is checked.
DOORS = ("api", "page", "editor", "draft")
KIND = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """One desk's figures, in a registry of its own: two desks in a process do not add up."""

    def __init__(self, hall: Hall) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "lanmu_requests",
            "Requests answered.",
            ("route", "method", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "lanmu_request_seconds",
            "Seconds an answer took.",
            ("route",),
            buckets=SECONDS,
            registry=self._registry,
        )
        self._checks = Counter("lanmu_checks", "Texts checked.", ("door",), registry=self._registry)
        self._found = Counter(
            "lanmu_findings", "Findings told.", ("door", "severity"), registry=self._registry
        )
        self._registry.register(_Stored(hall))

    def request(self, route: str, method: str, status: int, seconds: float) -> None:
        """`route` is a declared path, `method` a known one: no client makes new labels."""
        self._requests.labels(route, method, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def checked(self, door: str, findings: Iterable[Any]) -> None:
        """A text was checked at one of `DOORS`, with these findings."""
        assert door in DOORS
        self._checks.labels(door).inc()
        for one in findings:
            self._found.labels(door, str(one.severity)).inc()

    def told(self) -> bytes:
        """All figures as Prometheus reads them. Raises BadInput: the database cannot be read."""
        return generate_latest(self._registry)


class _Stored(Collector):
    """What the database says, asked each time."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall

    def describe(self) -> Iterable[Metric]:
        """Nothing is asked of the database before somebody wants to know."""
        return ()

    def collect(self) -> Iterable[Metric]:
        hall = self._hall
        with reading(hall.engine) as connection:
            state = desk_state(connection, tuple(hall.sites), now=hall.now())
        yield GaugeMetricFamily("lanmu_sessions", "Sessions open.", value=state.sessions)
        drafts = GaugeMetricFamily("lanmu_drafts_waiting", "Drafts that wait for a reader.", labels=["site"])  # fmt: skip
        audits = GaugeMetricFamily("lanmu_audits_running", "Column audits under way.", labels=["site"])  # fmt: skip
        findings = GaugeMetricFamily(
            "lanmu_findings_open", "Findings that are not over.", labels=["site", "severity"]
        )
        age = GaugeMetricFamily(
            "lanmu_last_night_age_days", "Days since the last night that ended.", labels=["site"]
        )
        for id, site in hall.sites.items():
            told = state.sites[id]
            drafts.add_metric([id], told.drafts_waiting)
            audits.add_metric([id], told.audits_running)
            for severity in Severity:
                findings.add_metric([id, str(severity)], told.open_findings.get(severity, 0))
            if told.last_night is not None:
                age.add_metric([id], (hall.today(site) - told.last_night).days)
        yield from (drafts, audits, findings, age)
