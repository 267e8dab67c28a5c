"""Prints how near torch's bfloat16 gradients are to its float32 ones, as JSON: for each family the mean and the smallest cosine of
filters' gradients.

Rectifiers of a random net change sides with the rounding of bfloat16, and its gradients turn with them (by torch itself, the whole
gradient of MobileNetV2 has a cosine of 0.4 to 0.5 with that of float32, at 16 to 64 pixels and 8 to 128 images alike). So the norms'
shifts move activations inside the linear range, where what is left is the rounding of the operations.

Usage: bfloat16_gradients.py > bfloat16-gradients.json
"""
import json

import torch
import torchvision

torch.set_num_threads(1)
BATCH, CLASSES = 8, 10
NETS = {
    "resnet18": (64, {}),
    "resnet50": (64, {}),
    "densenet121": (64, {}),
    "efficientnet_b0": (64, {"stochastic_depth_prob": 0.0}),
    "inception_v3": (75, {"init_weights": False, "transform_input": False, "aux_logits": False}),
    "mobilenet_v2": (64, {}),
}


class Clamp(torch.nn.Module):
    """ReLU6, whose backward pass torch 1.13 does not have in bfloat16."""

    def forward(self, x):
        return torch.clamp(x, 0, 6)


def prepare(module):
    for name, child in module.named_children():
        if isinstance(child, torch.nn.ReLU6):
            setattr(module, name, Clamp())
        elif isinstance(child, torch.nn.Dropout):
            child.p = 0.0
        elif isinstance(child, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(child.weight, 0.8, 1.2)
            torch.nn.init.uniform_(child.bias, 2.5, 3.0)
        else:
            prepare(child)


def gradients(model, images, labels, half):
    model.zero_grad()
    with torch.autocast("cpu", torch.bfloat16, enabled=half):
        logits = model(images)
    torch.nn.functional.cross_entropy(logits.float(), labels).backward()
    return [parameter.grad.double().flatten() for parameter in model.parameters() if parameter.dim() > 1]


figures = {}
for name, (size, options) in NETS.items():
    torch.manual_seed(7)
    model = getattr(torchvision.models, name)(num_classes=CLASSES, **options).train()
    prepare(model)
    images, labels = torch.randn(BATCH, 3, size, size), torch.arange(BATCH) % CLASSES
    exact, half = (gradients(model, images, labels, precision) for precision in (False, True))
    cosines = torch.stack([a @ b / (a.norm() * b.norm()) for a, b in zip(exact, half)])
    figures[name] = {"size": size, "mean": round(cosines.mean().item(), 4), "worst": round(cosines.min().item(), 4)}
print(json.dumps(figures, indent=2))
