"""Metrics, intervals and paired tests by numpy and scipy: python3 test/oracles/evaluation.py > test/oracles/evaluation.json"""

import json

import numpy as np
from scipy import optimize, special, stats

rng = np.random.default_rng(5)
IMAGES, CLASSES = 180, 7
# Class 6 has no test image, and class 5's logit is so low that nothing is taken for it.
TRAIN_IMAGES = [400, 101, 100, 20, 19, 3, 50]
labels = rng.choice(CLASSES - 1, IMAGES, p=[0.4, 0.25, 0.15, 0.1, 0.05, 0.05])
logits = rng.normal(0, 3, (IMAGES, CLASSES)) + 4 * np.eye(CLASSES)[labels]
logits[:, 5] -= 30
logits = np.round(logits, 3).astype(np.float32)


def softmax(temperature):
    return special.softmax(logits.astype(np.float64) / temperature, axis=1)


def nll(temperature, rows=slice(None)):
    return float(-np.log(softmax(temperature)[np.arange(IMAGES), labels])[rows].mean())


def ece(confidence, correct):
    bins = np.digitize(confidence, np.arange(1, 15) / 15, right=True)
    return float(
        sum(
            (bins == b).mean() * abs(correct[bins == b].mean() - confidence[bins == b].mean())
            for b in range(15)
            if (bins == b).any()
        )
    )


def scores(rows=slice(None)):
    true, taken = labels[rows], logits.argmax(1)[rows]
    present = [c for c in range(CLASSES) if (true == c).any()]
    recall = {c: float((taken[true == c] == c).mean()) for c in present}
    f1 = {}
    for c in present:
        hit = ((true == c) & (taken == c)).sum()
        f1[c] = float(2 * hit / ((true == c).sum() + (taken == c).sum()))
    return present, recall, f1


temperature = float(optimize.minimize_scalar(lambda t: nll(np.exp(t)), bounds=(-3, 3), method="bounded", options={"xatol": 1e-9}).x)
temperature = float(np.exp(temperature))
answers = logits.argmax(1)
correct = answers == labels
present, recall, f1 = scores()
confidence = {t: softmax(t).max(1) for t in (1, temperature)}
SHOTS = {"many": [0, 1], "medium": [2, 3, 6], "few": [4, 5]}


def shot_accuracy(recall, shot):
    values = [recall[c] for c in SHOTS[shot] if c in recall]
    return float(np.mean(values)) if values else None


resampled = {name: [] for name in ("balancedAccuracy", "macroF1", "nll", "nllUncalibrated", "ece", "eceUncalibrated", "many", "medium", "few")}
for _ in range(20_000):
    rows = rng.integers(0, IMAGES, IMAGES)
    _, r, f = scores(rows)
    resampled["balancedAccuracy"].append(np.mean(list(r.values())))
    resampled["macroF1"].append(np.mean(list(f.values())))
    for key, t in (("", temperature), ("Uncalibrated", 1)):
        resampled[f"nll{key}"].append(nll(t, rows))
        resampled[f"ece{key}"].append(ece(confidence[t][rows], correct[rows]))
    for shot in SHOTS:
        value = shot_accuracy(r, shot)
        if value is not None:
            resampled[shot].append(value)

confusion = np.zeros((CLASSES, CLASSES), int)
np.add.at(confusion, (labels, answers), 1)


def precision(c):
    return float(correct[answers == c].mean()) if (answers == c).any() else None


def mcnemar(b, c):
    """b: only the first is right; c: only the second."""
    n = b + c
    exact = stats.binomtest(min(b, c), n, 0.5).pvalue if n else 1.0
    mid = 2 * stats.binom.cdf(min(b, c), n, 0.5) - stats.binom.pmf(min(b, c), n, 0.5) if n else 1.0
    return {"b": b, "c": c, "exact": float(exact), "midP": float(min(1, mid))}


def wilson(k, n):
    interval = stats.binomtest(k, n).proportion_ci(0.95, method="wilson")
    return {"hits": k, "total": n, "interval": [float(interval.low), float(interval.high)]}


EDGES = [k / 15 for k in range(16)] + [0.2000001, 0.1999999, 0.5]
print(
    json.dumps(
        {
            "logits": [float(v) for v in logits.flatten().round(3)],
            "labels": labels.tolist(),
            "classes": CLASSES,
            "trainImages": TRAIN_IMAGES,
            "temperature": temperature,
            "expected": {
                "accuracy": float(correct.mean()),
                "top5": float(np.mean([labels[i] in np.argsort(-logits[i])[:5] for i in range(IMAGES)])),
                "balancedAccuracy": float(np.mean(list(recall.values()))),
                "macroF1": float(np.mean(list(f1.values()))),
                "nll": nll(temperature),
                "nllUncalibrated": nll(1),
                "ece": ece(confidence[temperature], correct),
                "eceUncalibrated": ece(confidence[1], correct),
                "confusion": confusion.tolist(),
                "precision": [precision(c) for c in range(CLASSES)],
                "recall": [recall.get(c) for c in range(CLASSES)],
                "f1": [f1.get(c) for c in range(CLASSES)],
                "shots": {shot: shot_accuracy(recall, shot) for shot in SHOTS},
            },
            "resampled": {name: np.percentile(values, [2.5, 97.5]).tolist() for name, values in resampled.items()},
            "wilson": [wilson(k, n) for k, n in [(0, 1), (1, 1), (0, 20), (7, 20), (20, 20), (9133, 10000), (1, 3)]],
            "bins": [{"confidence": c, "bin": int(np.digitize(c, np.arange(1, 15) / 15, right=True))} for c in EDGES],
            "mcnemar": [mcnemar(b, c) for b, c in [(0, 0), (1, 0), (5, 5), (3, 9), (12, 40), (400, 330), (1500, 1421)]],
        },
        indent=None,
    )
)
