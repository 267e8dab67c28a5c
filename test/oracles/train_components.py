"""Losses and optimisers of torch as a fixture: /usr/bin/python3 test/oracles/train_components.py > test/oracles/train-components.json"""

import json

import torch
import torch.nn.functional as F

torch.manual_seed(7)
COUNTS = [50, 20, 5, 1]
CLASSES = len(COUNTS)


def rounded(tensor):
    return [round(value, 7) for value in tensor.detach().flatten().tolist()]


def normalised(weights):
    weights = torch.tensor(weights)
    return weights * CLASSES / weights.sum()


WEIGHTS = {
    "none": None,
    "inverse": normalised([1 / n for n in COUNTS]),
    "effective-number": normalised([(1 - 0.999) / (1 - 0.999**n) for n in COUNTS]),
}


def cross_entropy(logits, labels, labelSmoothing, smoothing="uniform", classWeights="none"):
    if smoothing == "uniform":
        return F.cross_entropy(logits, labels, WEIGHTS[classWeights], label_smoothing=labelSmoothing)
    one_hot = F.one_hot(labels, CLASSES)
    targets = one_hot * (1 - labelSmoothing) + (1 - one_hot) * labelSmoothing / (CLASSES - 1)
    return F.cross_entropy(logits, targets)


def focal(logits, labels, gamma, classWeights="none"):
    log_p = F.log_softmax(logits, 1).gather(1, labels[:, None])[:, 0]
    weights = WEIGHTS[classWeights]
    weight = 1 if weights is None else weights[labels]
    return (-weight * (1 - log_p.exp()) ** gamma * log_p).mean()


def loss_cases():
    labels = torch.tensor([0, 1, 2, 3, 0, 0])
    values = (torch.randn(6, CLASSES) * 2).round(decimals=4)
    cases = [
        ("cross-entropy", cross_entropy, {"labelSmoothing": 0}),
        ("cross-entropy", cross_entropy, {"labelSmoothing": 0.1}),
        ("cross-entropy", cross_entropy, {"labelSmoothing": 0.1, "smoothing": "others"}),
        ("cross-entropy", cross_entropy, {"labelSmoothing": 0, "classWeights": "inverse"}),
        ("cross-entropy", cross_entropy, {"labelSmoothing": 0.2, "classWeights": "effective-number"}),
        ("focal", focal, {"gamma": 0}),
        ("focal", focal, {"gamma": 2}),
        ("focal", focal, {"gamma": 1.5, "classWeights": "inverse"}),
    ]
    results = []
    for name, function, options in cases:
        logits = values.clone().requires_grad_()
        loss = function(logits, labels, **options)
        loss.backward()
        results.append({"name": name, "options": options, "loss": loss.item(), "gradient": rounded(logits.grad)})
    return {"logits": rounded(values), "labels": labels.tolist(), "counts": COUNTS, "cases": results}


def optimizer_cases():
    start = [torch.randn(3, 2).round(decimals=4), torch.randn(3).round(decimals=4)]
    steps = [[torch.randn(3, 2).round(decimals=4), torch.randn(3).round(decimals=4)] for _ in range(5)]
    rates = [0.1, 0.08, 0.06, 0.04, 0.02]
    cases = [
        ("sgd", {"momentum": 0.9, "nesterov": True, "weightDecay": 0.01}, torch.optim.SGD),
        ("sgd", {"momentum": 0.9, "nesterov": False, "weightDecay": 0.01, "decayAll": True}, torch.optim.SGD),
        ("sgd", {"momentum": 0, "nesterov": False, "weightDecay": 0}, torch.optim.SGD),
        ("adam", {"weightDecay": 0.01, "decayAll": True}, torch.optim.Adam),
        ("adamw", {"weightDecay": 0.1, "beta1": 0.8, "beta2": 0.95}, torch.optim.AdamW),
    ]
    results = []
    for name, options, optimizer in cases:
        parameters = [torch.nn.Parameter(value.clone()) for value in start]
        decay = options["weightDecay"]
        groups = [
            {"params": parameters[:1], "weight_decay": decay},
            {"params": parameters[1:], "weight_decay": decay if options.get("decayAll") else 0},
        ]
        if name == "sgd":
            update = optimizer(groups, lr=1, momentum=options["momentum"], nesterov=options["nesterov"])
        else:
            update = optimizer(groups, lr=1, betas=(options.get("beta1", 0.9), options.get("beta2", 0.999)))
        for rate, gradients in zip(rates, steps):
            for group in update.param_groups:
                group["lr"] = rate
            for parameter, gradient in zip(parameters, gradients):
                parameter.grad = gradient.clone()
            update.step()
        results.append({"name": name, "options": options, "end": [rounded(p) for p in parameters]})
    return {
        "start": [rounded(value) for value in start],
        "gradients": [[rounded(value) for value in step] for step in steps],
        "rates": rates,
        "cases": results,
    }


print(json.dumps({"losses": loss_cases(), "optimizers": optimizer_cases()}))
