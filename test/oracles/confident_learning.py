"""Confident learning by numpy, as cleanlab 2 does it: python3 test/oracles/confident_learning.py > test/oracles/confident-learning.json"""

import json

import numpy as np

rng = np.random.default_rng(11)


def case(images, prior, noise, sharpness, absent=()):
    """Probabilities of a model that mostly finds the true class, with labels of which some are another class."""
    classes = len(prior)
    true = rng.choice(classes, images, p=prior)
    labels = true.copy()
    wrong = rng.random(images) < noise
    labels[wrong] = (true[wrong] + rng.integers(1, classes, wrong.sum())) % classes
    for k in absent:
        labels[labels == k] = (k + 1) % classes
    logits = rng.normal(0, 1, (images, classes)) + sharpness * np.eye(classes)[true]
    p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    p = np.round(p, 4)
    p /= p.sum(1, keepdims=True)
    return labels, p


def largest_remainder(row, total):
    floor = np.floor(row)
    missing = int(total - floor.sum())
    floor[np.argsort(floor - row, kind="stable")[:missing]] += 1
    return floor


def solve(labels, p):
    n, classes = p.shape
    one_hot = np.eye(classes)[labels]
    counts = one_hot.sum(0)
    own = p[np.arange(n), labels]
    thresholds = np.array([own[labels == k].mean() if counts[k] else np.inf for k in range(classes)])
    confident = p >= thresholds - 1e-6
    guess = np.where(confident, p, -1).argmax(1)
    some = confident.any(1)
    joint = np.zeros((classes, classes))
    np.add.at(joint, (labels[some], guess[some]), 1)
    np.fill_diagonal(joint, joint.diagonal().clip(min=1))
    scaled = joint * counts[:, None] / joint.sum(1, keepdims=True)
    rounded = np.array([largest_remainder(row, total) for row, total in zip(scaled, counts)])
    mask = np.zeros(n, bool)
    for given in range(classes):
        if counts[given] < 2:
            continue
        for other in range(classes):
            k = int(rounded[given, other])
            if other == given or k == 0:
                continue
            margin = np.where(labels == given, p[:, other] - p[:, given], -np.inf)
            mask |= margin >= np.sort(margin)[-k]
    mask &= p.argmax(1) != labels
    # Not cleanlab's: the given class is unusually improbable.
    mask &= own < 0.5 * thresholds[labels]
    issues = np.flatnonzero(mask)
    order = np.lexsort((issues, own[issues]))
    return thresholds, rounded, issues[order]


cases = {
    "balanced": case(200, [0.25] * 4, 0.15, 3),
    "two classes": case(120, [0.8, 0.2], 0.1, 2),
    "long tail": case(300, [0.5, 0.25, 0.12, 0.06, 0.04, 0.03], 0.12, 2.5),
    "a class without images": case(90, [0.3, 0.3, 0.2, 0.2], 0.1, 3, absent=(2,)),
    "a model that knows little": case(100, [1 / 3] * 3, 0.1, 0.3),
}
result = {}
for name, (labels, p) in cases.items():
    thresholds, joint, issues = solve(labels, p)
    result[name] = {
        "classes": p.shape[1],
        "labels": labels.tolist(),
        "probabilities": p.ravel().tolist(),
        "thresholds": [None if np.isinf(t) else t for t in thresholds],
        "joint": joint.tolist(),
        "issues": issues.tolist(),
    }
print(json.dumps(result))
