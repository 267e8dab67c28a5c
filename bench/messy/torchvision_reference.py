"""Trains a net by torchvision's reference recipe (references/classification/train.py with its defaults) for a number of steps, and prints one
line of JSON with the scores on the test images. The recipe: random resized crop and flip, SGD with momentum 0.9, weight decay 1e-4 and a
learning rate of 0.1 per 256 images that falls to a tenth after each third, cross-entropy, ImageNet's mean and deviation; a resize by 256/224
and a centre crop for the test."""
import json
import sys

import torch
import torchvision
from PIL import Image
from torch.nn import functional
from torchvision import transforms

sys.path.insert(0, sys.argv[2])
from resnet import resnet20  # noqa: E402

with open(sys.argv[1]) as file:
    work = json.load(file)
torch.set_num_threads(work["threads"])
torch.manual_seed(work["seed"])
size, batch, steps = work["size"], work["batch"], work["steps"]


def opened(path):
    """As `convert` does it (alpha is dropped, and the colour that it hid is seen), or laid on white."""
    image = Image.open(path)
    if work["ground"] == "convert":
        return image.convert("RGB")
    drawing = image.convert("RGBA")
    ground = Image.new("RGBA", drawing.size, "white")
    ground.alpha_composite(drawing)
    return ground.convert("RGB")


normal = [transforms.ToTensor(), transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])]
augmented = transforms.Compose([transforms.RandomResizedCrop(size), transforms.RandomHorizontalFlip(), *normal])
plain = transforms.Compose([transforms.Resize(round(size * 256 / 224)), transforms.CenterCrop(size), *normal])
images = [opened(path) for path, _ in work["train"]]
targets = torch.tensor([label for _, label in work["train"]])

classes = work["classes"]
net = resnet20(3, classes) if work["model"] == "resnet20" else getattr(torchvision.models, work["model"])(num_classes=classes)
net = net.to(memory_format=torch.channels_last)
optimizer = torch.optim.SGD(net.parameters(), lr=0.1 * batch / 256, momentum=0.9, weight_decay=1e-4)
schedule = torch.optim.lr_scheduler.StepLR(optimizer, step_size=-(-steps // 3), gamma=0.1)


def batches():
    """Whole batches of each epoch's shuffle, as a loader with drop_last makes them."""
    while True:
        order = torch.randperm(len(images))
        for start in range(0, len(images) - batch + 1, batch):
            yield order[start : start + batch]


for _, chosen in zip(range(steps), batches()):
    inputs = torch.stack([augmented(images[i]) for i in chosen.tolist()])
    loss = functional.cross_entropy(net(inputs.contiguous(memory_format=torch.channels_last)), targets[chosen])
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
    schedule.step()

net.eval()
outputs = []
with torch.inference_mode():
    for start in range(0, len(work["test"]), 256):
        part = [plain(opened(path)) for path, _ in work["test"][start : start + 256]]
        outputs.append(net(torch.stack(part).contiguous(memory_format=torch.channels_last)))
labels = torch.tensor([label for _, label in work["test"]])
log_p = torch.log_softmax(torch.cat(outputs).double(), 1)
confidence, answers = log_p.exp().max(1)
hits = (answers == labels).double()
scores = {
    "accuracy": hits.mean().item(),
    "balancedAccuracy": torch.stack([hits[labels == k].mean() for k in labels.unique()]).mean().item(),
    "nll": -log_p[torch.arange(len(labels)), labels].mean().item(),
    "confidence": confidence.tolist(),
    "correct": (answers == labels).tolist(),
}
print(json.dumps(scores))
