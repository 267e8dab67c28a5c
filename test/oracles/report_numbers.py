"""Curves, areas, coverage and tests by their definitions, with numpy and scipy: python3 test/oracles/report_numbers.py > test/oracles/report-numbers.json"""

import json

import numpy as np
from scipy import stats

rng = np.random.default_rng(11)


def average_precision(positive, score):
    """Sum of precision times the gain in recall over all distinct scores, from the highest."""
    total, before, result = positive.sum(), 0.0, 0.0
    for threshold in np.unique(score)[::-1]:
        taken = score >= threshold
        recall = (positive & taken).sum() / total
        result += (recall - before) * (positive & taken).sum() / taken.sum()
        before = recall
    return float(result)


def roc_auc(positive, score):
    u = stats.mannwhitneyu(score[positive], score[~positive]).statistic
    return float(u / (positive.sum() * (~positive).sum()))


def ranking(images, share, digits):
    positive = rng.random(images) < share
    score = np.round(rng.normal(positive * 1.2, 1), digits)
    return {
        "positives": score[positive].tolist(),
        "negatives": score[~positive].tolist(),
        "averagePrecision": average_precision(positive, score),
        "rocAuc": roc_auc(positive, score),
    }


def aurc(confidence, correct):
    """Mean error over the images, each at the coverage of all that are as confident."""
    return float(np.mean([1 - correct[confidence >= c].mean() for c in confidence]))


def fisher(hits, images, other_hits, other_images):
    table = [[hits, images - hits], [other_hits, other_images - other_hits]]
    return {"table": [hits, images, other_hits, other_images], "p": float(stats.fisher_exact(table)[1])}


def holm(values):
    order = np.argsort(values, kind="stable")
    stepped = [min(1.0, (len(values) - rank) * values[i]) for rank, i in enumerate(order)]
    adjusted = np.empty(len(values))
    adjusted[order] = np.maximum.accumulate(stepped)
    return {"values": values, "adjusted": adjusted.tolist()}


confidence = np.round(rng.random(120), 2)
correct = rng.random(120) < confidence
print(
    json.dumps(
        {
            "rankings": [ranking(40, 0.4, 9), ranking(300, 0.1, 1), ranking(300, 0.6, 0), ranking(5, 0.5, 9)],
            "selective": {"confidence": confidence.tolist(), "correct": correct.tolist(), "aurc": aurc(confidence, correct)},
            "fisher": [fisher(*t) for t in [(8, 10, 40, 90), (0, 5, 10, 20), (5, 5, 20, 20), (800, 1000, 7000, 8000), (3, 7, 1, 9), (0, 4, 0, 6)]],
            "holm": [holm([0.01, 0.04, 0.03, 0.005]), holm([0.5]), holm([0.02, 0.02, 0.9])],
        }
    )
)
