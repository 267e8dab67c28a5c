"""Steps of torch's optimisers as a fixture: /usr/bin/python3 test/oracles/optimizers.py > test/oracles/optimizers.json"""

import json

import torch

torch.manual_seed(7)


def rounded(tensor):
    return [round(value, 7) for value in tensor.detach().flatten().tolist()]


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


print(json.dumps(optimizer_cases()))
