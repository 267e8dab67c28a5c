"""Ten steps of torch's optimisers (and LAMB's, from its paper) as a fixture: /usr/bin/python3 test/oracles/optimizers.py > test/oracles/optimizers.json"""

import json

import torch

torch.manual_seed(7)
torch.set_default_dtype(torch.float64)
STEPS = 10
MICRO_BATCHES = 2


def rounded(tensor):
    return [float(f"{value:.8g}") for value in tensor.detach().flatten().tolist()]


class Lamb:
    """You et al. 2020, algorithm 2, with φ(z) = z; vectors without a trust ratio as in the authors' code unless `adaptAll`."""

    def __init__(self, groups, betas, eps, adapt_all):
        self.param_groups = [{**group, "lr": 1, "betas": betas} for group in groups]
        self.eps, self.adapt_all, self.t = eps, adapt_all, 0
        self.moments = {id(p): (torch.zeros_like(p), torch.zeros_like(p)) for group in groups for p in group["params"]}

    @torch.no_grad()
    def step(self):
        self.t += 1
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for x in group["params"]:
                m, v = self.moments[id(x)]
                m.copy_(beta1 * m + (1 - beta1) * x.grad)
                v.copy_(beta2 * v + (1 - beta2) * x.grad**2)
                r = m / (1 - beta1**self.t) / ((v / (1 - beta2**self.t)).sqrt() + self.eps)
                update = r + group["weight_decay"] * x
                trust = x.norm() / update.norm() if self.adapt_all or x.dim() > 1 else 1
                x -= group["lr"] * trust * update


def make(name, options, groups):
    betas = (options.get("beta1", 0.9), options.get("beta2", 0.999))
    if name == "sgd":
        keys = ("momentum", "nesterov", "dampening")
        return torch.optim.SGD(groups, lr=1, **{key: options[key] for key in keys if key in options})
    if name == "rmsprop":
        rest = {"alpha": options.get("alpha", 0.99), "eps": options.get("epsilon", 1e-8)}
        return torch.optim.RMSprop(
            groups, momentum=options.get("momentum", 0), centered=options.get("centered", False), **rest
        )
    if name == "lamb":
        return Lamb(groups, betas, options.get("epsilon", 1e-6), options.get("adaptAll", False))
    return {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[name](groups, betas=betas)


CASES = [
    ("sgd", {"momentum": 0.9, "nesterov": True, "weightDecay": 0.01}),
    ("sgd", {"momentum": 0.9, "nesterov": False, "weightDecay": 0.01, "decayAll": True}),
    ("sgd", {"momentum": 0, "nesterov": False, "weightDecay": 0}),
    ("sgd", {"momentum": 0.8, "nesterov": False, "dampening": 0.4, "weightDecay": 0.01}),
    ("sgd", {"momentum": 0.9, "nesterov": True, "weightDecay": 0.01, "clipNorm": 1.5}),
    ("sgd", {"momentum": 0.9, "nesterov": True, "weightDecay": 0.01, "accumulation": MICRO_BATCHES}),
    ("adam", {"weightDecay": 0.01, "decayAll": True}),
    ("adam", {"weightDecay": 0, "clipNorm": 1, "accumulation": MICRO_BATCHES}),
    ("adamw", {"weightDecay": 0.1, "beta1": 0.8, "beta2": 0.95}),
    ("rmsprop", {"weightDecay": 0}),
    ("rmsprop", {"weightDecay": 0.01, "alpha": 0.9, "epsilon": 1e-3, "momentum": 0.9}),
    ("rmsprop", {"weightDecay": 0.01, "alpha": 0.95, "epsilon": 1e-2, "momentum": 0.5, "centered": True}),
    ("lamb", {"weightDecay": 0.01}),
    ("lamb", {"weightDecay": 0.1, "decayAll": True, "adaptAll": True, "beta2": 0.95, "clipNorm": 2}),
]
SCHEDULED = [
    ("sgd", {"momentum": 0.9, "nesterov": True, "weightDecay": 0.01}),
    ("adam", {"weightDecay": 0.01}),
    ("lamb", {"weightDecay": 0.01}),
]

start = [torch.randn(3, 2).round(decimals=4), torch.randn(3).round(decimals=4)]
gradients = [
    [[torch.randn_like(value).round(decimals=4) for value in start] for _ in range(MICRO_BATCHES)] for _ in range(STEPS)
]
rates = [round(0.1 * (1 - step / STEPS), 4) for step in range(STEPS)]
momenta = [round(0.95 - 0.01 * step, 4) for step in range(STEPS)]


def run(name, options, scheduled):
    parameters = [torch.nn.Parameter(value.clone()) for value in start]
    decay = options["weightDecay"]
    groups = [
        {"params": parameters[:1], "weight_decay": decay},
        {"params": parameters[1:], "weight_decay": decay if options.get("decayAll") else 0},
    ]
    optimizer = make(name, options, groups)
    for step in range(STEPS):
        for group in optimizer.param_groups:
            group["lr"] = rates[step]
            if scheduled and "momentum" in group:
                group["momentum"] = momenta[step]
            elif scheduled:
                group["betas"] = (momenta[step], group["betas"][1])
        count = options.get("accumulation", 1)
        for i, parameter in enumerate(parameters):
            parameter.grad = sum(part[i] for part in gradients[step][:count]) / count
        if options.get("clipNorm"):
            torch.nn.utils.clip_grad_norm_(parameters, options["clipNorm"])
        optimizer.step()
    return {"name": name, "options": options, "scheduled": scheduled, "end": [rounded(p) for p in parameters]}


print(
    json.dumps(
        {
            "start": [rounded(value) for value in start],
            "gradients": [[[rounded(value) for value in part] for part in step] for step in gradients],
            "rates": rates,
            "momenta": momenta,
            "cases": [run(name, options, False) for name, options in CASES]
            + [run(name, options, True) for name, options in SCHEDULED],
        }
    )
)
