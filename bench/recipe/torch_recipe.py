"""Trains CIFAR ResNet-20 from image files with torchvision, as the spec beside it says: the same share of the training images is held out, and
looked at after every epoch. Prints one line of JSON with the accuracy."""
import json
import sys

import torch
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader, Subset
from torchvision import datasets, transforms

sys.path.insert(0, sys.argv[2])
from resnet import resnet20  # noqa: E402

work = json.loads(sys.argv[1])
torch.set_num_threads(work["threads"])
torch.manual_seed(work["seed"])
channels, size, batch, epochs = work["channels"], work["size"], work["batch"], work["epochs"]
mode = transforms.Grayscale() if channels == 1 else transforms.Lambda(lambda image: image.convert("RGB"))
normal = [transforms.ToTensor(), transforms.Normalize(work["mean"], work["std"])]
fit = [] if work["resize"] is None else [transforms.Resize((size, size))]
policy = [transforms.AutoAugment(transforms.AutoAugmentPolicy.IMAGENET)] if work["autoAugment"] else []
crop = [transforms.RandomCrop(size, padding=work["padding"]), transforms.RandomHorizontalFlip()]
plain = transforms.Compose([mode, *fit, *normal])
every = datasets.ImageFolder(f"{work['data']}/train", transforms.Compose([mode, *fit, *crop, *policy, *normal]))
test = datasets.ImageFolder(f"{work['data']}/test", plain)
shuffled = torch.randperm(len(every)).tolist()
held_out = min(len(every) // 10, 5000)
train = Subset(every, shuffled[held_out:])
validation = Subset(datasets.ImageFolder(f"{work['data']}/train", plain), shuffled[:held_out])
workers = {"num_workers": work["workers"], "persistent_workers": work["workers"] > 0}
loader = DataLoader(train, batch, shuffle=True, drop_last=True, **workers)

net = resnet20(channels, len(every.classes)).to(memory_format=torch.channels_last)
decay = [p for p in net.parameters() if p.ndim > 1]
norms = [p for p in net.parameters() if p.ndim <= 1]
groups = [{"params": decay, "weight_decay": work["weightDecay"]}, {"params": norms, "weight_decay": 0}]
optimizer = torch.optim.SGD(groups, lr=work["rate"], momentum=0.9, nesterov=True)
total = epochs * len(loader)
schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / total)
beta = torch.distributions.Beta(work["mixup"], work["mixup"]) if work["mixup"] > 0 else None


def loss_of(logits, labels):
    return functional.cross_entropy(logits, labels, label_smoothing=work["labelSmoothing"])


def accuracy(loader_of):
    net.eval()
    hits = total = 0
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=work["bfloat16"]):
        for images, labels in loader_of:
            hits += (net(images.contiguous(memory_format=torch.channels_last)).argmax(1) == labels).sum().item()
            total += len(labels)
    return hits / total


validation_loader = DataLoader(validation, 256, **workers)
for _ in range(epochs):
    net.train()
    for images, labels in loader:
        images = images.contiguous(memory_format=torch.channels_last)
        share = beta.sample().item() if beta else 1.0
        mixed = images if share == 1.0 else share * images + (1 - share) * images.flip(0)
        with torch.autocast("cpu", torch.bfloat16, enabled=work["bfloat16"]):
            logits = net(mixed)
        logits = logits.float()
        loss = share * loss_of(logits, labels)
        if share < 1.0:
            loss = loss + (1 - share) * loss_of(logits, labels.flip(0))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        schedule.step()
    accuracy(validation_loader)



def scores(loader_of):
    """Accuracy, balanced accuracy, log loss, and calibration error in 15 bins of the most probable class."""
    net.eval()
    outputs, targets = [], []
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=work["bfloat16"]):
        for images, labels in loader_of:
            outputs.append(net(images.contiguous(memory_format=torch.channels_last)).float())
            targets.append(labels)
    log_p, labels = torch.log_softmax(torch.cat(outputs).double(), 1), torch.cat(targets)
    confidence, answers = log_p.exp().max(1)
    hits = (answers == labels).double()
    bins = torch.bucketize(confidence, torch.arange(1, 15, dtype=torch.float64) / 15)
    gaps = torch.zeros(15, dtype=torch.float64).index_add_(0, bins, hits - confidence)
    return {
        "accuracy": hits.mean().item(),
        "balancedAccuracy": torch.stack([hits[labels == k].mean() for k in labels.unique()]).mean().item(),
        "nll": -log_p[torch.arange(len(labels)), labels].mean().item(),
        "ece": (gaps.abs().sum() / len(labels)).item(),
    }


print(json.dumps({**scores(DataLoader(test, 256, **workers)), "version": torch.__version__}))
