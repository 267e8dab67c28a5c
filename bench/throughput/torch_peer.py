"""Runs a model of torchvision on random data; see contestant.ts for the protocol."""
import json
import resource
import sys
import time

import torch
import torchvision
from torch import nn
from torch.nn import functional


class CifarBlock(nn.Module):
    def __init__(self, channels, filters):
        super().__init__()
        self.stride, self.missing = filters // channels, filters - channels
        self.conv1 = nn.Conv2d(channels, filters, 3, self.stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(filters)
        self.conv2 = nn.Conv2d(filters, filters, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(filters)

    def forward(self, x):
        y = functional.relu(self.bn1(self.conv1(x)), inplace=True)
        y = self.bn2(self.conv2(y))
        if self.stride > 1:
            x = functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.missing // 2, self.missing - self.missing // 2))
        return functional.relu(y + x, inplace=True)


def resnet20(channels, classes):
    widths = [16] * 4 + [32] * 3 + [64] * 3
    blocks = [CifarBlock(a, b) for a, b in zip(widths, widths[1:])]
    stem = [nn.Conv2d(channels, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(inplace=True)]
    return nn.Sequential(*stem, *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, classes))


work = json.loads(sys.argv[1])
torch.set_num_threads(work["threads"])
torch.manual_seed(0)
form = torch.channels_last if work["memoryFormat"] == "channels_last" else torch.contiguous_format
if work["model"] == "resnet20":
    model = resnet20(work["channels"], work["classes"])
else:
    options = {"init_weights": False} if work["model"] == "inception_v3" else {}
    model = getattr(torchvision.models, work["model"])(num_classes=work["classes"], **options)
model = model.to(memory_format=form).train(work["mode"] == "training")
images = torch.randn(work["batch"], work["channels"], work["size"], work["size"]).to(memory_format=form)
labels = torch.arange(work["batch"]) * 7 % 10
optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, weight_decay=1e-4)


def loss_of(outputs):
    if not hasattr(outputs, "aux_logits"):
        return functional.cross_entropy(outputs.float(), labels)
    return loss_of(outputs.logits) + 0.4 * loss_of(outputs.aux_logits)


def timed_inference():
    begin = time.perf_counter()
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=work["precision"] == "bfloat16"):
        model(images).flatten()[0].item()
    return (time.perf_counter() - begin) * 1000


def timed_training():
    begin = time.perf_counter()
    optimizer.zero_grad(set_to_none=True)
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=work["precision"] == "bfloat16"):
        outputs = model(images)
    loss = loss_of(outputs)
    loss.backward()
    optimizer.step()
    loss.item()
    return (time.perf_counter() - begin) * 1000


timed_step = timed_training if work["mode"] == "training" else timed_inference
timed_step()
timed_step()
print(json.dumps({"version": f"torch {torch.__version__}"}), flush=True)
for line in sys.stdin:
    print(json.dumps({"milliseconds": [timed_step() for _ in range(int(line))]}), flush=True)
print(json.dumps({"peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}), flush=True)
