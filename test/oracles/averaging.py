"""torch's swa_utils as a fixture: /usr/bin/python3 test/oracles/averaging.py > test/oracles/averaging.json"""

import json

import torch
from torch.optim.swa_utils import AveragedModel, update_bn

torch.manual_seed(3)
torch.set_default_dtype(torch.float64)
STEPS, PER_EPOCH, START = 12, 2, 0.5
DECAY = 0.6


def rounded(tensor):
    return [float(f"{value:.8g}") for value in tensor.detach().flatten().tolist()]


weights = [torch.randn(5).round(decimals=4) for _ in range(STEPS)]
model = torch.nn.ParameterList([torch.nn.Parameter(weights[0].clone())])
swa = AveragedModel(model)
decays = iter([min(DECAY, (1 + step) / (10 + step)) for step in range(2, STEPS + 1)])
ema = AveragedModel(model, avg_fn=lambda average, value, _, d=decays: (lambda k: k * average + (1 - k) * value)(next(d)))
averages = {"swa": [], "ema": []}
for step, values in enumerate(weights, 1):
    model[0].data.copy_(values)
    if step >= START * STEPS and (step - START * STEPS) % PER_EPOCH == 0:
        swa.update_parameters(model)
    ema.update_parameters(model)
    averages["swa"].append(rounded(swa.module[0]))
    averages["ema"].append(rounded(ema.module[0]))

norm = torch.nn.BatchNorm2d(3)
batches = [(torch.randn(4, 3, 2, 2) * (1 + i) + i).round(decimals=4) for i in range(3)]
update_bn(batches, norm)

print(
    json.dumps(
        {
            "totalSteps": STEPS,
            "stepsPerEpoch": PER_EPOCH,
            "options": {"swa": {"start": START}, "ema": {"decay": DECAY}},
            "weights": [rounded(value) for value in weights],
            "averages": averages,
            "batches": [rounded(batch.permute(0, 2, 3, 1)) for batch in batches],
            "mean": rounded(norm.running_mean),
            "variance": rounded(norm.running_var),
        }
    )
)
