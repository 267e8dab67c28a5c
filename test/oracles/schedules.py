"""Learning rates (and momenta) of torch's schedulers as a fixture: /usr/bin/python3 test/oracles/schedules.py > test/oracles/schedules.json"""

import json
import warnings

import torch
from torch.optim import lr_scheduler

warnings.filterwarnings("ignore")
TOTAL, PER_EPOCH = 40, 8


def run(make, cycles=False):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1, momentum=0.9)
    scheduler = make(optimizer)
    rates, momenta = [], []
    for _ in range(TOTAL):
        rates.append(optimizer.param_groups[0]["lr"])
        momenta.append(optimizer.param_groups[0]["momentum"])
        optimizer.step()
        scheduler.step()
    return {"rates": rates, **({"momenta": momenta} if cycles else {})}


def cyclic(mode, gamma, cycles):
    return lambda optimizer: lr_scheduler.CyclicLR(
        optimizer, 0.01, 0.1, step_size_up=6, mode=mode, gamma=gamma, cycle_momentum=cycles, base_momentum=0.8, max_momentum=0.9
    )


def one_cycle(strategy, cycles, **rest):
    return lambda optimizer: lr_scheduler.OneCycleLR(
        optimizer, 0.1, total_steps=TOTAL, anneal_strategy=strategy, cycle_momentum=cycles, **rest
    )


MOMENTUM = {"cycleMomentum": True, "lowMomentum": 0.8, "highMomentum": 0.9}
CYCLIC = {"baseLearningRate": 0.01, "stepsUp": 6}
CASES = [
    ({"name": "cosine"}, run(lambda o: lr_scheduler.CosineAnnealingLR(o, TOTAL))),
    ({"name": "linear"}, run(lambda o: lr_scheduler.LinearLR(o, 1, 1e-12, TOTAL))),
    ({"name": "constant"}, run(lambda o: lr_scheduler.ConstantLR(o, 1))),
    (
        {"name": "step", "milestones": [0.25, 0.5, 0.8], "factor": 0.3},
        run(lambda o: lr_scheduler.MultiStepLR(o, [10, 20, 32], 0.3)),
    ),
    ({"name": "step", "milestones": [0.25, 0.5, 0.75]}, run(lambda o: lr_scheduler.StepLR(o, 10, 0.1))),
    ({"name": "exponential", "factor": 0.7}, run(lambda o: lr_scheduler.ExponentialLR(o, 0.7 ** (1 / PER_EPOCH)))),
    ({"name": "one-cycle"}, run(one_cycle("cos", False))),
    (
        {"name": "one-cycle", "shape": "linear", "rise": 0.4, "startDivisor": 10, "endDivisor": 100},
        run(one_cycle("linear", False, pct_start=0.4, div_factor=10, final_div_factor=100)),
    ),
    ({"name": "one-cycle", "cycleMomentum": True}, run(one_cycle("cos", True), True)),
    (
        {"name": "one-cycle", "shape": "linear", **MOMENTUM},
        run(one_cycle("linear", True, base_momentum=0.8, max_momentum=0.9), True),
    ),
    *[
        (
            {"name": "cyclic", "mode": mode, "gamma": gamma, **CYCLIC, **(MOMENTUM if cycles else {})},
            run(cyclic(mode, gamma, cycles), cycles),
        )
        for mode, gamma in (("triangular", 1), ("triangular2", 1), ("exp_range", 0.97))
        for cycles in (False, True)
    ],
]
print(
    json.dumps(
        {
            "totalSteps": TOTAL,
            "stepsPerEpoch": PER_EPOCH,
            "cases": [{"options": {"learningRate": 0.1, **options}, **expected} for options, expected in CASES],
        }
    )
)
