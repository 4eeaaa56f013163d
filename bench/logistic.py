"""Weighted logistic regression and how well its scores tell labels apart: what several of the fits share."""

from __future__ import annotations

from typing import Any

import numpy as np

from rag.evaluation import metrics

STEPS = 50


def logistic(rows: Any, labels: Any, weights: Any, ridge: float) -> Any:
    """The coefficients, by Newton's method; the first column is the bias, which the ridge does not shrink."""
    beta = np.zeros(rows.shape[1])
    shrink = np.full(rows.shape[1], ridge)
    shrink[0] = 0.0
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-rows @ beta))
        gradient = rows.T @ (weights * (labels - p)) - shrink * beta
        hessian = (rows * (weights * p * (1 - p))[:, None]).T @ rows + np.diag(shrink)
        step = np.linalg.solve(hessian, gradient)
        beta += step
        if np.abs(step).max() < 1e-9:
            break
    return beta


def auroc(scores: Any, labels: Any) -> float:
    """Of scores (n,) and labels of 0 and 1 (n,), both of which occur."""
    area = metrics.auroc(np.asarray(scores).tolist(), (np.asarray(labels) == 1).tolist())
    assert area is not None, "only one label"
    return area
