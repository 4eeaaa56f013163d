"""Results as JSON objects: the forms that schema.json describes. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from index.types import BuildPlan, BuildReport, Document, Failure, Filters, Hit, Span
from rag.types import Answer, Attribution, Citation, Statement

if TYPE_CHECKING:
    from index.backup.restore import RestoreReport
    from index.backup.save import BackupReport
    from index.doctor.findings import Diagnosis

Json = dict[str, Any]

_STATED = ("title", "outlet", "author", "published", "language")


def answer_json(answer: Answer) -> Json:
    return {
        "question": answer.question,
        "status": answer.status,
        "text": answer.text,
        "statements": [_statement(statement) for statement in answer.statements],
        "citations": [_citation(citation) for citation in answer.citations],
        "short_answer": _place(answer.short_answer, answer.citations),
        "missing": list(answer.missing),
        "disagreements": [
            {
                "value": one.value,
                "attribution": _attribution(one.attribution),
                "citations": list(one.markers),
                "place": _place(one.span, answer.citations),
                "since": one.since.isoformat() if one.since else None,
                "replaced_by": one.replaced_by,
                "applies": one.applies,
            }
            for one in answer.disagreements
        ],
        "nearest": [hit_json(hit) for hit in answer.nearest],
        "uncovered_terms": list(answer.uncovered_terms),
        "confidence": None if answer.confidence is None else round(answer.confidence, 4),
        "carried": list(answer.carried),
        "usage": None if answer.usage is None else asdict(answer.usage),
        "dropped_markers": answer.dropped_markers,
        "prompt_version": answer.prompt_version,
        "generation": answer.generation,
        "mode": answer.mode,
        "model": answer.model,
        "notice": answer.notice,
        "filters": None if answer.filters is None else _filters(answer.filters),
        "timings_ms": {stage: round(seconds * 1000, 1) for stage, seconds in answer.timings.items()},
    }


def hit_json(hit: Hit) -> Json:
    return {
        **_about(hit.document),
        "page": hit.passage.page,
        "start": hit.passage.start,
        "end": hit.passage.end,
        "text": hit.passage.text,
        "score": round(hit.score, 6),
        "ranks": {"lexical": hit.ranks.lexical, "dense": hit.ranks.dense},
    }


def report_json(report: BuildReport) -> Json:
    return {
        "generation": report.generation,
        "added": list(report.added),
        "changed": list(report.changed),
        "renamed": [{"from": one.source, "to": one.target} for one in report.renamed],
        "removed": list(report.removed),
        "unchanged": list(report.unchanged),
        "pending": report.pending,
        "embedded": report.embedded,
        "reused": report.reused,
        "failures": [failure_json(failure) for failure in report.failures],
        "seconds": report.seconds,
    }


def plan_json(plan: BuildPlan) -> Json:
    return {
        "added": list(plan.added),
        "changed": list(plan.changed),
        "renamed": [{"from": one.source, "to": one.target} for one in plan.renamed],
        "removed": list(plan.removed),
        "unchanged": list(plan.unchanged),
        "failed_before": list(plan.failed_before),
        "failures": [failure_json(failure) for failure in plan.failures],
        "to_embed": plan.to_embed,
        "seconds": plan.seconds,
    }


def diagnosis_json(found: Diagnosis) -> Json:
    checked = [{"what": what, "count": count} for what, count in found.checked.items()]
    return {"healthy": found.healthy, **asdict(found), "checked": checked}


def backup_json(report: BackupReport) -> Json:
    return {**asdict(report), "file": str(report.file)}


def restore_json(report: RestoreReport) -> Json:
    missing = [{"name": name, "path": path} for name, path in report.missing_roots.items()]
    return {**asdict(report), "index_dir": str(report.index_dir), "missing_roots": missing}


def status_json(
    index_dir: str,
    roots: Sequence[tuple[str, str, bool]],
    documents: Sequence[Document],
    counts: tuple[int, int],
    generation: int,
    failures: Sequence[Failure],
    embedder: str | None,
) -> Json:
    passages, pending = counts
    return {
        "index_dir": index_dir,
        "generation": generation,
        "embedder": embedder,
        "roots": [{"name": name, "path": path, "reachable": reachable} for name, path, reachable in roots],
        "passages": passages,
        "pending": pending,
        "documents": [
            {
                **_about(document),
                "author": document.author,
                "language": document.language,
                "mime": document.mime,
                "origins": {**dict.fromkeys(_STATED), **dict(document.origins)},
            }
            for document in documents
        ],
        "failures": [failure_json(failure) for failure in failures],
    }


def failure_json(failure: Failure) -> Json:
    return {"uri": failure.uri, "reason": failure.reason, "detail": failure.detail}


def error_json(message: str, fix: str) -> Json:
    return {"error": message, "fix": fix}


def _about(document: Document) -> Json:
    return {
        "uri": document.uri,
        "title": document.label,
        "outlet": document.outlet,
        "published": document.published.isoformat() if document.published else None,
    }


def _citation(citation: Citation) -> Json:
    return {
        "marker": citation.marker,
        **_about(citation.document),
        "page": citation.page,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "support": citation.support,
    }


def _statement(statement: Statement) -> Json:
    return {
        "text": statement.text,
        "citations": [citation.marker for citation in statement.citations],
        "check": statement.check,
        "support": statement.support,
        "failed": list(statement.failed),
        "attribution": None if statement.attribution is None else _attribution(statement.attribution),
        "context": _place(statement.context, statement.citations),
    }


def _attribution(attribution: Attribution) -> Json:
    return {
        "speaker": attribution.speaker,
        "outlet": attribution.outlet,
        "published": attribution.published.isoformat() if attribution.published else None,
        "reported": attribution.reported,
    }


def _place(span: Span | None, citations: Sequence[Citation]) -> Json | None:
    """Where words stand, in a document that one of the citations is of."""
    document = next((one.document for one in citations if span and one.document.id == span.document_id), None)
    if span is None or document is None:
        return None
    text = document.text[span.start : span.end]
    return {"uri": document.uri, "start": span.start, "end": span.end, "text": text}


def _filters(filters: Filters) -> Json:
    return {
        "uri": filters.uri,
        "outlet": filters.outlet,
        "language": filters.language,
        "published_after": filters.published_after.isoformat() if filters.published_after else None,
        "published_before": filters.published_before.isoformat() if filters.published_before else None,
        "phrase": filters.phrase,
        "format": filters.format,
    }
