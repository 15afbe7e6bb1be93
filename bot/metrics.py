"""What is counted: answers by outcome and section, how long they took, who was turned away. No ids, no texts."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot.core.answers import Answer

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """The figures of one process, in Prometheus' terms, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._answers = Counter(
            "footnote_answers", "Replies sent", ["outcome", "reason", "section"], registry=self.registry
        )
        self._seconds = Histogram(
            "footnote_answer_seconds", "From a question to its reply", buckets=SECONDS, registry=self.registry
        )
        self._unsent = Counter("footnote_unsent", "Replies that Discord did not take", registry=self.registry)

    def answered(self, answer: Answer, seconds: float) -> None:
        """Count a reply that was sent so many seconds after its question; each of its sections counts."""
        for section in answer.sections or ("",):
            self._answers.labels(answer.outcome, answer.reason or "", section).inc()
        self._seconds.observe(seconds)

    def unsent(self) -> None:
        """Count a reply that could not be sent."""
        self._unsent.inc()

    def gauge(self, name: str, description: str, *labels: str) -> Gauge:
        """A figure of the present, to be set or to be given a function."""
        return Gauge(f"footnote_{name}", description, labels, registry=self.registry)

    def as_text(self) -> bytes:
        """All figures as Prometheus reads them."""
        return generate_latest(self.registry)
