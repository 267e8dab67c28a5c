"""Runs a model of torchvision on random data; see contestant.ts for the protocol."""
import json
import resource
import sys
import time

import torch
import torchvision
from torch.nn import functional

from resnet import resnet20


work = json.loads(sys.argv[1])
torch.set_num_threads(work["threads"])
torch.manual_seed(0)
device = work.get("device", "cpu")
torch.backends.cudnn.allow_tf32 = False
torch.backends.cudnn.benchmark = True
form = torch.channels_last if work["memoryFormat"] == "channels_last" else torch.contiguous_format
if work["model"] == "resnet20":
    model = resnet20(work["channels"], work["classes"])
else:
    options = {"init_weights": False} if work["model"] == "inception_v3" else {}
    model = getattr(torchvision.models, work["model"])(num_classes=work["classes"], **options)
model = model.to(device, memory_format=form).train(work["mode"] == "training")
images = torch.randn(work["batch"], work["channels"], work["size"], work["size"]).to(device, memory_format=form)
labels = (torch.arange(work["batch"]) * 7 % 10).to(device)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, weight_decay=1e-4)


def loss_of(outputs):
    if not hasattr(outputs, "aux_logits"):
        return functional.cross_entropy(outputs.float(), labels)
    return loss_of(outputs.logits) + 0.4 * loss_of(outputs.aux_logits)


def timed_inference():
    begin = time.perf_counter()
    with torch.inference_mode(), torch.autocast(device, dtype=torch.bfloat16, enabled=work["precision"] == "bfloat16"):
        model(images).flatten()[0].item()
    return (time.perf_counter() - begin) * 1000


def timed_training():
    begin = time.perf_counter()
    optimizer.zero_grad(set_to_none=True)
    with torch.autocast(device, dtype=torch.bfloat16, enabled=work["precision"] == "bfloat16"):
        outputs = model(images)
    loss = loss_of(outputs)
    loss.backward()
    optimizer.step()
    loss.item()
    return (time.perf_counter() - begin) * 1000


timed_step = timed_training if work["mode"] == "training" else timed_inference
timed_step()
timed_step()
name = f" on {torch.cuda.get_device_name()}" if device == "cuda" else ""
print(json.dumps({"version": f"torch {torch.__version__}{name}"}), flush=True)
for line in sys.stdin:
    print(json.dumps({"milliseconds": [timed_step() for _ in range(int(line))]}), flush=True)
print(json.dumps({"peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}), flush=True)
