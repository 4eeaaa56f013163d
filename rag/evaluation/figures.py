"""From what became of each question to the figures of a set. Pure.

Every question has `values`: "part.metric" -> number, only those it can be judged by. A figure is the mean of one metric
over the questions that have it; balanced accuracy, AUROC and percentiles are made of the whole set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from index.types import Span
from rag.evaluation import metrics
from rag.evaluation.goldset import Gold, Question
from rag.types import Answer, Citation

DEPTH, HIT_DEPTH = 10, 4
MEANS: dict[str, tuple[str, ...]] = {
    "retrieval": ("ndcg@10", "recall@10", "hit@4", "mrr@10"),
    "answers": ("contains", "contains_first", "em", "f1", "answered", "words"),
    "abstention": ("error_rate", "hallucination_rate"),
    "citations": ("precision", "recall"),
}
LOWER_IS_BETTER = frozenset(
    ("abstention.error_rate", "abstention.hallucination_rate", "latency_ms.p50", "latency_ms.p95")
)

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a question. `ranking`: (corpus id, score), best first; `answer` is None when it was refused."""

    question: Question
    kind: str
    ranking: tuple[tuple[str, float], ...]
    answer: Answer | None
    milliseconds: float
    values: Mapping[str, float]

    @property
    def confidence(self) -> float | None:
        return None if self.answer is None else self.answer.confidence


def names() -> tuple[str, ...]:
    """All metrics that a limit can be set for, as part.metric."""
    means = [f"{part}.{metric}" for part, found in MEANS.items() for metric in found if metric != "words"]
    return (*means, "abstention.balanced_accuracy", "abstention.auroc", "latency_ms.p50", "latency_ms.p95")


def judge(
    question: Question, ranking: Sequence[str], answer: Answer | None, corpus_id: Callable[[str], str]
) -> dict[str, float]:
    """The values of one question; `corpus_id` names the document of a uri."""
    return {
        **_retrieval(question, ranking),
        **_answers(question, answer),
        **_abstention(question, answer),
        **_citations(question, answer, corpus_id),
    }


def figures(outcomes: Sequence[Outcome]) -> Json:
    """{retrieval, answers, abstention, citations, latency_ms, n, counts, by_type, by_language, by_kind}; a part only
    where there is gold for it, null for a figure that nothing in the part can tell."""
    times = [outcome.milliseconds for outcome in outcomes if outcome.answer is not None]
    latency = {f"p{at}": round(metrics.percentile(times, at / 100), 1) if times else None for at in (50, 95)}
    return {
        **_parts(outcomes),
        "latency_ms": latency,
        "n": len(outcomes),
        "counts": _counts(outcomes),
        "by_type": _groups(outcomes, lambda outcome: outcome.question.type),
        "by_language": _groups(outcomes, lambda outcome: outcome.question.language),
        "by_kind": _groups(outcomes, lambda outcome: outcome.kind),
    }


def saved(outcome: Outcome) -> Json:
    """One question as `--save` keeps it."""
    answer = outcome.answer
    return {
        "id": outcome.question.id,
        "type": outcome.question.type,
        "language": outcome.question.language,
        "kind": outcome.kind,
        "values": dict(outcome.values),
        "ranking": [[name, round(score, 6)] for name, score in outcome.ranking],
        "status": None if answer is None else answer.status,
        "answer": None if answer is None else [statement.text for statement in answer.statements],
        "short_answer": None if answer is None else short_text(answer),
        "confidence": None if outcome.confidence is None else round(outcome.confidence, 6),
        "ms": round(outcome.milliseconds, 1),
    }


def short_text(answer: Answer) -> str | None:
    span: Span | None = answer.short_answer
    if span is None:
        return None
    documents = (citation.document for citation in answer.citations if citation.document.id == span.document_id)
    return next((document.text[span.start : span.end] for document in documents), None)


def _retrieval(question: Question, ranking: Sequence[str]) -> Json:
    relevant = {name for name, grade in question.relevant.items() if grade > 0}
    if not relevant:
        return {}
    return {
        "retrieval.ndcg@10": metrics.ndcg(ranking, question.relevant, DEPTH),
        "retrieval.recall@10": metrics.recall(ranking, relevant, DEPTH),
        "retrieval.hit@4": metrics.hit(ranking, relevant, HIT_DEPTH),
        "retrieval.mrr@10": metrics.reciprocal_rank(ranking, relevant, DEPTH),
    }


def _answers(question: Question, answer: Answer | None) -> Json:
    """An abstention contains nothing, and an answer without a short one matches nothing."""
    if not question.answers or question.answerable is False:
        return {}
    said = [statement.text for statement in answer.statements] if answer is not None else []
    values = {"answers.answered": float(bool(said))}
    if said:
        values["answers.words"] = float(sum(len(metrics.words(text)) for text in said))
    golds = metrics.span_golds(question.answers, question.spans)
    if golds:
        text = metrics.first_words(" ".join(said), metrics.ANSWER_WORDS)
        short = (short_text(answer) if answer is not None else None) or ""
        values |= {
            "answers.contains": float(metrics.contains(text, golds)),
            "answers.contains_first": float(bool(said) and metrics.contains(said[0], golds)),
            "answers.em": metrics.exact_match(short, golds),
            "answers.f1": metrics.f1(short, golds),
        }
    return values


def _abstention(question: Question, answer: Answer | None) -> Json:
    abstained = answer is None or answer.status == "abstained"
    if question.answerable is None:
        return {}
    if question.answerable:
        return {"abstention.error_rate": float(abstained)}
    return {"abstention.hallucination_rate": float(not abstained)}


def _citations(question: Question, answer: Answer | None, corpus_id: Callable[[str], str]) -> Json:
    """Precision: share of the cited spans of which at least half the words are in a gold sentence (of any annotation).
    Recall: share of the gold sentences of which at least half the words are in a cited span, for the annotation that is
    met best. Only where the question is answerable; an abstention has recall 0 and no precision."""
    if not question.evidence or question.answerable is False:
        return {}
    cited = answer.citations if answer is not None else ()

    def same(citation: Citation, gold: Gold) -> bool:
        return gold.document in (None, corpus_id(citation.document.uri))

    golds = {gold for annotation in question.evidence for gold in annotation}
    right = [any(same(one, gold) and metrics.overlaps(one.quote, gold.text) for gold in golds) for one in cited]
    met = {gold for gold in golds if any(same(one, gold) and metrics.overlaps(gold.text, one.quote) for one in cited)}
    best = max(len(met & set(annotation)) / len(set(annotation)) for annotation in question.evidence)
    return {"citations.recall": best, **({"citations.precision": sum(right) / len(right)} if right else {})}


def _parts(outcomes: Sequence[Outcome]) -> Json:
    parts: Json = {}
    for part, found in MEANS.items():
        means = {metric: _mean(outcomes, f"{part}.{metric}") for metric in found}
        if any(value is not None for value in means.values()):
            parts[part] = means
    if "abstention" in parts:
        parts["abstention"] = {**_whole_abstention(outcomes, parts["abstention"])}
    return parts


def _whole_abstention(outcomes: Sequence[Outcome], rates: Mapping[str, float | None]) -> Json:
    error, hallucination = rates["error_rate"], rates["hallucination_rate"]
    both = error is not None and hallucination is not None
    judged = [(one.confidence, one.question.answerable) for one in outcomes if one.question.answerable is not None]
    known = [(confidence, bool(answerable)) for confidence, answerable in judged if confidence is not None]
    area = metrics.auroc([confidence for confidence, _ in known], [answerable for _, answerable in known])
    return {
        "balanced_accuracy": round(1 - (error + hallucination) / 2, 4) if both else None,  # type: ignore[operator]
        **rates,
        "auroc": None if area is None else round(area, 4),
    }


def _groups(outcomes: Sequence[Outcome], key: Callable[[Outcome], str | None]) -> Json:
    found = sorted({name for outcome in outcomes if (name := key(outcome)) is not None})
    groups = {name: [outcome for outcome in outcomes if key(outcome) == name] for name in found}
    return {
        name: {
            **{part: value for part, value in _parts(some).items() if part != "citations"},
            "n": len(some),
            "counts": _counts(some),
        }
        for name, some in groups.items()
    }


def _counts(outcomes: Sequence[Outcome]) -> Json:
    """How many questions each part can judge; those refused, and answers that came about otherwise than set."""
    return {
        "retrieval": _count(outcomes, "retrieval.ndcg@10"),
        "answers": _count(outcomes, "answers.answered"),
        "spans": _count(outcomes, "answers.em"),
        "abstention": sum(outcome.question.answerable is not None for outcome in outcomes),
        "citations": _count(outcomes, "citations.recall"),
        "refused": sum(outcome.answer is None for outcome in outcomes),
        "notices": sum(outcome.answer is not None and outcome.answer.notice is not None for outcome in outcomes),
    }


def _mean(outcomes: Iterable[Outcome], name: str) -> float | None:
    value = metrics.mean([outcome.values[name] for outcome in outcomes if name in outcome.values])
    return None if value is None else round(value, 4)


def _count(outcomes: Iterable[Outcome], name: str) -> int:
    return sum(name in outcome.values for outcome in outcomes)
