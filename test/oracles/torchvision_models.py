"""Writes torchvision models with random weights as safetensors, with inputs, logits, gradients and statistics.

Gradients of a rectified net with random weights differ between torch's own memory formats by up to a fifth, since activations close to
zero change sides. So the training part moves the norms' outputs well inside the rectifiers' linear range before it compares. Gradients
are those of float64; beside them stands how far torch's own float32 is from them.

Usage: torchvision_models.py MODEL SIZE BATCH OUT.safetensors
"""
import copy
import json
import struct
import sys

import torch
import torchvision


def save(path, tensors):
    header, blobs, offset = {}, [], 0
    for name, tensor in tensors.items():
        data = tensor.detach().contiguous().to(torch.float32).numpy().tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [offset, offset + len(data)]}
        blobs.append(data)
        offset += len(data)
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)))
        file.write(text)
        for blob in blobs:
            file.write(blob)


name, size, batch, out = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
torch.manual_seed(7)
torch.set_num_threads(2)
OPTIONS = {
    "efficientnet": {"stochastic_depth_prob": 0.0},
    "inception_v3": {"init_weights": False, "transform_input": False},
}
kwargs = next((options for prefix, options in OPTIONS.items() if name.startswith(prefix)), {})
model = getattr(torchvision.models, name)(num_classes=10, **kwargs)
for module in model.modules():
    if isinstance(module, torch.nn.Dropout):
        module.p = 0.0
for module in model.modules():
    if isinstance(module, torch.nn.BatchNorm2d):
        torch.nn.init.uniform_(module.weight, 0.5, 1.5)
        torch.nn.init.uniform_(module.bias, -0.2, 0.2)
        module.running_mean.uniform_(-0.2, 0.2)
        module.running_var.uniform_(0.5, 1.5)
tensors = {f"model.{key}": value.clone() for key, value in model.state_dict().items() if value.dtype == torch.float32}
images = torch.randn(batch, 3, size, size)
labels = torch.arange(batch) % 10
tensors["images"] = images.permute(0, 2, 3, 1)
model.eval()
with torch.no_grad():
    tensors["eval.logits"] = model(images)
for key, module in model.named_modules():
    if isinstance(module, torch.nn.BatchNorm2d):
        torch.nn.init.uniform_(module.weight, 0.1, 0.3)
        torch.nn.init.uniform_(module.bias, 2.5, 3.0)
tensors.update({f"training.{key}": value.clone() for key, value in model.state_dict().items() if value.dtype == torch.float32})


def loss_of(net, inputs):
    outputs = net(inputs)
    logits = outputs.logits if hasattr(outputs, "logits") else outputs
    loss = torch.nn.functional.cross_entropy(logits, labels)
    if hasattr(outputs, "aux_logits"):
        loss = loss + 0.4 * torch.nn.functional.cross_entropy(outputs.aux_logits, labels)
    return loss, logits


model.train()
exact = copy.deepcopy(model).double()
loss_of(exact, images.double())[0].backward()
gradients = {key: parameter.grad for key, parameter in exact.named_parameters()}
largest = max(gradient.abs().max() for gradient in gradients.values())
optimizer = torch.optim.SGD(model.parameters(), lr=1e-3, momentum=0.9)
for step in range(3):
    loss, logits = loss_of(model, images)
    optimizer.zero_grad()
    loss.backward()
    if step == 0:
        tensors["train.logits"] = logits
        tensors["train.loss"] = loss.reshape(1)
        # How far torch's own float32 is from float64, relative to each gradient's largest value or a hundredth of the net's.
        tensors["deviation"] = torch.stack([
            (parameter.grad - gradients[key]).abs().max() / max(gradients[key].abs().max(), 1e-2 * largest)
            for key, parameter in model.named_parameters()
        ]).max().reshape(1)
    optimizer.step()
tensors.update({f"gradient.{key}": gradient for key, gradient in gradients.items()})
for key, value in model.state_dict().items():
    if "running" in key:
        tensors[f"statistics.{key}"] = value
save(out, tensors)
