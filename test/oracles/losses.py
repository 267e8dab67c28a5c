"""Losses by torch's autograd as a fixture: /usr/bin/python3 test/oracles/losses.py > test/oracles/losses.json"""

import json
import math

import torch
import torch.nn.functional as F
from torchvision.ops import sigmoid_focal_loss

torch.manual_seed(7)
torch.set_default_dtype(torch.float64)
COUNTS = [50, 20, 5, 1]
CLASSES = len(COUNTS)
IMAGES = 6
N = torch.tensor(COUNTS, dtype=torch.float64)


def rounded(tensor):
    return [float(f"{value:.8g}") for value in tensor.detach().flatten().tolist()]


def normalised(weights):
    return weights * CLASSES / weights.sum()


def effective(beta):
    return normalised((1 - beta) / (1 - beta**N))


def class_weights(kind="none", beta=0.999):
    return {"none": torch.ones(CLASSES), "inverse": normalised(1 / N), "effective-number": effective(beta)}[kind]


def over_labels(loss_of_label):
    """A loss of hard labels for distributions: the sum over classes of target times the loss if the label were that class."""

    def loss(logits, targets, *rest, **options):
        per_class = [
            loss_of_label(logits, torch.full((len(logits),), c), *rest, **options) for c in range(logits.shape[1])
        ]
        return (torch.stack(per_class, 1) * targets).sum(1).mean()

    return loss


def is_hard(targets):
    return bool((targets.max(1).values == 1).all())


def cross_entropy(logits, targets, labelSmoothing, smoothing="uniform", classWeights="none", beta=0.999):
    weights = class_weights(classWeights, beta)
    if is_hard(targets) and smoothing == "uniform":
        return F.cross_entropy(logits, targets.argmax(1), weights, label_smoothing=labelSmoothing)
    spread = labelSmoothing / CLASSES if smoothing == "uniform" else labelSmoothing / (CLASSES - 1)
    smooth = targets * (1 - labelSmoothing - (0 if smoothing == "uniform" else spread)) + spread
    return F.cross_entropy(logits, smooth, weights, reduction="sum") / (targets * weights).sum()


@over_labels
def focal(logits, labels, gamma, classWeights="none", beta=0.999):
    log_p = F.log_softmax(logits, 1).gather(1, labels[:, None])[:, 0]
    return -class_weights(classWeights, beta)[labels] * (1 - log_p.exp()) ** gamma * log_p


@over_labels
def sigmoid_focal(logits, labels, gamma=2, alpha=0.25, prior=0.01):
    return sigmoid_focal_loss(logits, F.one_hot(labels, CLASSES).double(), alpha=alpha, gamma=gamma).sum(1)


def binary_cross_entropy(logits, targets, labelSmoothing=0, overClasses="sum"):
    smooth = targets * (1 - labelSmoothing) + labelSmoothing / CLASSES
    mean = F.binary_cross_entropy_with_logits(logits, smooth)
    return mean if overClasses == "mean" else mean * CLASSES


def class_balanced(logits, targets, base, beta=0.9999, gamma=2):
    weights = effective(beta)
    if base == "softmax":
        return over_labels(lambda z, y: F.cross_entropy(z, y, reduction="none") * weights[y])(logits, targets)
    of_image = (targets * weights).sum(1)
    loss = F.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    if base == "focal":
        p = logits.sigmoid()
        loss = -targets * (1 - p) ** gamma * F.logsigmoid(logits) - (1 - targets) * p**gamma * F.logsigmoid(-logits)
    return (of_image * loss.sum(1)).mean()


def ldam(logits, targets, margin=0.5, scale=30, reweightAfter=0.8, beta=0.9999, progress=0.0):
    """The authors' LDAMLoss (cosines in, s·(cos − m) to cross_entropy); here the logits are s·cos already."""
    margins = N ** -0.25 * margin / (N**-0.25).max()
    weights = effective(beta) if progress >= reweightAfter else torch.ones(CLASSES)
    moved = scale * (logits / scale - targets * margins)
    if is_hard(targets):
        return F.cross_entropy(moved, targets.argmax(1), weight=weights)
    return F.cross_entropy(moved, targets, weight=weights, reduction="sum") / (targets * weights).sum()


def balanced_softmax(logits, targets):
    return F.cross_entropy(logits + N.log(), targets)


def logit_adjusted(logits, targets, tau=1, labelSmoothing=0):
    prior = N / N.sum()
    smooth = targets * (1 - labelSmoothing) + labelSmoothing * prior
    return F.cross_entropy(logits + tau * prior.log(), smooth)


def jsd(logits, targets, weight=12, labelSmoothing=0):
    """AugMix' own training loop."""
    clean, first, second = logits.split(len(targets))
    p = [F.softmax(view, 1) for view in (clean, first, second)]
    log_mixture = torch.clamp(sum(p) / 3, 1e-7, 1).log()
    divergence = sum(F.kl_div(log_mixture, view, reduction="batchmean") for view in p) / 3
    return F.cross_entropy(clean, targets, label_smoothing=labelSmoothing) + weight * divergence


def distillation(logits, targets, teacher_logits, teacher="", temperature=20, weight=1, labelSmoothing=0):
    soft = F.softmax(teacher_logits / temperature, 1)
    taught = F.cross_entropy(logits / temperature, soft) * temperature**2
    return F.cross_entropy(logits, targets, label_smoothing=labelSmoothing) + weight * taught


def oltr(logits, targets, features, centroids, centroidWeight=0.01, repulsion=0.01, margin=10, labelSmoothing=0):
    """The value alone: the authors' gradient of the centroids is in oltr.py."""
    attract = (features - targets @ centroids).pow(2).sum() / 2 / IMAGES
    others = torch.cdist(features, centroids).pow(2) * (1 - targets)
    repel = torch.clamp(margin - others.sum() / (IMAGES * CLASSES), min=0)
    return F.cross_entropy(logits, targets, label_smoothing=labelSmoothing) + centroidWeight * (attract + repulsion * repel)


CASES = [
    ("cross-entropy", cross_entropy, {"labelSmoothing": 0}),
    ("cross-entropy", cross_entropy, {"labelSmoothing": 0.1}),
    ("cross-entropy", cross_entropy, {"labelSmoothing": 0.1, "smoothing": "others"}),
    ("cross-entropy", cross_entropy, {"labelSmoothing": 0, "classWeights": "inverse"}),
    ("cross-entropy", cross_entropy, {"labelSmoothing": 0.2, "classWeights": "effective-number", "beta": 0.99}),
    ("focal", focal, {"gamma": 0}),
    ("focal", focal, {"gamma": 1}),
    ("focal", focal, {"gamma": 2}),
    ("focal", focal, {"gamma": 0.5, "classWeights": "inverse"}),
    ("sigmoid-focal", sigmoid_focal, {}),
    ("sigmoid-focal", sigmoid_focal, {"gamma": 0.5, "alpha": 0.6}),
    ("binary-cross-entropy", binary_cross_entropy, {}),
    ("binary-cross-entropy", binary_cross_entropy, {"labelSmoothing": 0.1, "overClasses": "mean"}),
    ("class-balanced", class_balanced, {"base": "softmax"}),
    ("class-balanced", class_balanced, {"base": "sigmoid", "beta": 0.99}),
    ("class-balanced", class_balanced, {"base": "focal", "gamma": 1.5}),
    ("ldam", ldam, {}),
    ("ldam", ldam, {"margin": 0.3, "scale": 10, "reweightAfter": 0.5}),
    ("balanced-softmax", balanced_softmax, {}),
    ("logit-adjusted", logit_adjusted, {}),
    ("logit-adjusted", logit_adjusted, {"tau": 1.7}),
    ("logit-adjusted", logit_adjusted, {"labelSmoothing": 0.1}),
    ("logit-adjusted", logit_adjusted, {"tau": 0.5, "labelSmoothing": 0.2}),
    ("jsd", jsd, {}),
    ("jsd", jsd, {"weight": 3, "labelSmoothing": 0.1}),
    ("distillation", distillation, {"teacher": "a"}),
    ("distillation", distillation, {"teacher": "a", "temperature": 3, "weight": 0.4, "labelSmoothing": 0.1}),
    ("oltr", oltr, {}),
    ("oltr", oltr, {"centroidWeight": 0.5, "repulsion": 2, "margin": 30, "labelSmoothing": 0.1}),
]

hard = F.one_hot(torch.tensor([0, 1, 2, 3, 0, 0]), CLASSES).double()
mixed = (0.7 * hard + 0.3 * hard.flip(0)).round(decimals=4)
values = (torch.randn(3 * IMAGES, CLASSES) * 2).round(decimals=4)
teacher_values = (torch.randn(IMAGES, CLASSES) * 3).round(decimals=4)
features = torch.randn(IMAGES, 5).round(decimals=4)
centroids = torch.randn(CLASSES, 5).round(decimals=4)

results = []
for name, function, options in CASES:
    for kind, targets in (("hard", hard), ("mixed", mixed)):
        for progress in (0, 0.8) if name == "ldam" else (0,):
            logits = (values if name == "jsd" else values[:IMAGES]).clone().requires_grad_()
            arguments = {
                "ldam": {"progress": progress},
                "distillation": {"teacher_logits": teacher_values},
                "oltr": {"features": features, "centroids": centroids},
            }.get(name, {})
            loss = function(logits, targets, **arguments, **options)
            loss.backward()
            case = {"name": name, "options": options, "targets": kind, "progress": progress}
            results.append({**case, "loss": loss.item(), "gradient": rounded(logits.grad)})

print(
    json.dumps(
        {
            "counts": COUNTS,
            "logits": rounded(values),
            "teacher": rounded(teacher_values),
            "features": rounded(features),
            "centroids": rounded(centroids),
            "targets": {"hard": rounded(hard), "mixed": rounded(mixed)},
            "priorBias": {"sigmoid-focal": -math.log((1 - 0.01) / 0.01), "binary-cross-entropy": -math.log(CLASSES - 1)},
            "cases": results,
        }
    )
)
