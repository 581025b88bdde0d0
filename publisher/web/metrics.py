"""`/metrics` in the text format of Prometheus: sums and times, no address and no token in any label."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator, Mapping
from threading import Lock

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from publisher.app.metrics import Measures, measure, measure_subscribers
from publisher.app.runtime import Runtime
from publisher.web.pages import HEADERS, not_allowed

KEEP_S = 300
"""Subscribers are counted at most once in this time."""
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
FORWARDED = ("x-forwarded-for", "forwarded", "x-real-ip")


class MetricsPage:
    """Answers loopback and the networks of `web.trusted_proxies`, and nobody who came through a proxy."""

    def __init__(self, runtime: Runtime, *, sign_ups: Mapping[str, int], clock_s: Callable[[], float]) -> None:
        self.runtime, self.sign_ups, self.clock_s = runtime, sign_ups, clock_s
        self.networks = [ipaddress.ip_network(one, strict=False) for one in runtime.settings.web.trusted_proxies]
        self.counted: tuple[float, dict[str, int]] | None = None
        self.lock = Lock()

    async def answer(self, request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            return not_allowed("GET, HEAD")
        host = request.client.host if request.client else ""
        if not self.is_near(host) or any(name in request.headers for name in FORWARDED):
            return Response("Not found\n", 404, dict(HEADERS), media_type="text/plain")
        return await run_in_threadpool(self.page)

    def is_near(self, host: str) -> bool:
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return False
        return address.is_loopback or any(address in network for network in self.networks)

    def page(self) -> Response:
        registry = CollectorRegistry(auto_describe=False)
        registry.register(SiteCollector(measure(self.runtime), self.subscribers(), self.sign_ups))
        return Response(generate_latest(registry), headers={**HEADERS, "Content-Type": CONTENT_TYPE})

    def subscribers(self) -> dict[str, int]:
        """As counted of late; one thread counts, the others wait for it."""
        with self.lock:
            now = self.clock_s()
            if self.counted is None or now - self.counted[0] >= KEEP_S:
                self.counted = now, measure_subscribers(self.runtime)
            return self.counted[1]


class SiteCollector(Collector):
    """The measures of one moment as metrics."""

    def __init__(self, seen: Measures, subscribers: Mapping[str, int], sign_ups: Mapping[str, int]) -> None:
        self.seen, self.subscribers, self.sign_ups = seen, subscribers, sign_ups

    def collect(self) -> Iterator[Metric]:
        seen = self.seen
        yield InfoMetricFamily("publisher_build", "The program", value={"version": seen.version})
        yield gauge("publisher_issues", "Issues by state", "state", seen.issues)
        words = "Deliveries of the issues whose sending began within 30 days, by state"
        yield gauge("publisher_deliveries", words, "state", seen.deliveries)
        yield GaugeMetricFamily("publisher_queue_depth", "Mails of open issues still to go out", seen.queue_depth)
        words = "Age of the oldest issue that is approved or sending; 0 without one"
        yield GaugeMetricFamily("publisher_oldest_open_issue_age_seconds", words, seen.oldest_age_s)
        words = "Whom a digest would be sent to, counted within five minutes"
        yield gauge("publisher_subscribers_active", words, "digest", self.subscribers)
        words = "Last slot that a digest handled"
        slots = {name: at.timestamp() for name, at in seen.last_slots.items()}
        yield gauge("publisher_digest_last_slot_timestamp_seconds", words, "digest", slots)
        yield from self.of_sources()
        asked = CounterMetricFamily(
            "publisher_sign_ups", "Requests to sign up that this process worked on", labels=["result"]
        )
        for result, count in sorted(self.sign_ups.items()):
            asked.add_metric([str(result)], count)
        yield asked

    def of_sources(self) -> Iterator[Metric]:
        sources = self.seen.sources
        times = {one.name: one.collected_at.timestamp() for one in sources if one.collected_at}
        yield gauge("publisher_source_collected_timestamp_seconds", "Last collect of a source", "source", times)
        words = "Failures of a source in a row"
        yield gauge("publisher_source_failures", words, "source", {one.name: one.failure_count for one in sources})


def gauge(name: str, words: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, words, labels=[label])
    for key, value in sorted(values.items()):
        family.add_metric([key], value)
    return family
