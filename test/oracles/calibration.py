"""Temperature and class prior by torch's L-BFGS in float64: python3 test/oracles/calibration.py > test/oracles/calibration.json"""

import json

import torch

torch.manual_seed(3)
IMAGES, CLASSES = 300, 4
TRAIN_IMAGES = [500, 120, 40, 10]


def sample():
    """Logits of a model that balances its classes and is 1.8 times too sure, on images with the frequencies of training."""
    frequencies = torch.tensor(TRAIN_IMAGES, dtype=torch.float64)
    labels = torch.multinomial(frequencies, IMAGES, replacement=True)
    logits = torch.randn(IMAGES, CLASSES, dtype=torch.float64) + 1.5 * torch.eye(CLASSES, dtype=torch.float64)[labels]
    return torch.round(1.8 * logits, decimals=4), labels


logits, labels = sample()
prior = torch.log(torch.tensor(TRAIN_IMAGES, dtype=torch.float64) / sum(TRAIN_IMAGES))
prior = prior - prior.mean()
counts = torch.bincount(labels, minlength=CLASSES)
WEIGHTS = {
    "data": torch.full((IMAGES,), 1 / IMAGES, dtype=torch.float64),
    "uniform": 1 / (CLASSES * counts[labels].double()),
}


def fit(weights, with_prior):
    parameters = torch.tensor([1.0, 0.0], dtype=torch.float64, requires_grad=True)
    mask = torch.tensor([1.0, float(with_prior)], dtype=torch.float64)

    def loss():
        a, b = parameters * mask
        log_p = torch.log_softmax(a * logits + b * prior, 1)
        return -(weights * log_p[torch.arange(IMAGES), labels]).sum()

    optimizer = torch.optim.LBFGS(
        [parameters], max_iter=500, tolerance_grad=1e-14, tolerance_change=1e-16, line_search_fn="strong_wolfe"
    )

    def closure():
        optimizer.zero_grad()
        value = loss()
        value.backward()
        return value

    optimizer.step(closure)
    a, b = (parameters * mask).tolist()
    return {"temperature": 1 / a, "strength": b, "nll": loss().item()}


print(
    json.dumps(
        {
            "classes": CLASSES,
            "trainImages": TRAIN_IMAGES,
            "logits": logits.flatten().tolist(),
            "labels": labels.tolist(),
            "fits": {
                name: {"temperature": fit(weights, False), "temperatureAndPrior": fit(weights, True)}
                for name, weights in WEIGHTS.items()
            },
        }
    )
)
