"""Trained models as torchvision modules: the architecture as the service builds it, with the weights of a checkpoint."""
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torchvision import models

from .errors import UnsupportedModelError

# Fraction of the shorter side that is kept of images that are larger than the input.
CENTER_CROP = 0.875
_SMALL_BELOW = 64
_SMALL_INCEPTION_BELOW = 75


@dataclass(frozen=True)
class TorchModel:
    """A trained model, and what is needed to use it."""

    # In evaluation mode: float32 [N, channels, size, size] → logits [N, labels].
    module: nn.Module
    labels: list[str]
    size: int
    channels: int
    # Per channel: pixels/255 − mean, divided by std.
    mean: list[float]
    std: list[float]
    # Divides the logits.
    temperature: float
    # Added to the scaled logits, one value per class; None: nothing is added.
    class_bias: list[float] | None
    # Where the largest probability is below it, the answer is none of the labels; None: never.
    threshold: float | None
    # What transparency is laid on.
    background: str

    def transform(self, image: Any) -> torch.Tensor:
        """A PIL image as the module takes it: resized, cropped to the middle, normalised; [channels, size, size]."""
        from PIL import Image
        from torchvision.transforms import functional

        picture = _flat(image, self.background).convert("L" if self.channels == 1 else "RGB")
        if picture.size != (self.size, self.size):
            shorter = self.size if min(picture.size) <= self.size else round(self.size / CENTER_CROP)
            width, height = (shorter * side // min(picture.size) for side in picture.size)
            picture = functional.center_crop(picture.resize((width, height), Image.Resampling.BILINEAR), [self.size, self.size])
        pixels: torch.Tensor = functional.normalize(functional.to_tensor(picture), self.mean, self.std)
        return pixels

    def probabilities(self, logits: torch.Tensor) -> torch.Tensor:
        """Calibrated."""
        scaled = logits / self.temperature
        if self.class_bias is not None:
            scaled = scaled + torch.tensor(self.class_bias)
        return torch.softmax(scaled, dim=-1)

    def predict(self, image: Any) -> dict[str, float]:
        """Calibrated probability of each label of a PIL image, the most probable first."""
        with torch.inference_mode():
            found = self.probabilities(self.module(self.transform(image)[None]))[0]
        return dict(sorted(zip(self.labels, map(float, found), strict=True), key=lambda pair: -pair[1]))


def torch_model(info: Mapping[str, Any], state: Mapping[str, torch.Tensor]) -> TorchModel:
    """The model of a checkpoint: `info` is what the checkpoint says of itself, `state` its weights with torchvision's names."""
    image = info["image"]
    module = build(info)
    wanted = {name: value for name, value in state.items() if not name.startswith("AuxLogits.")}
    missing, unexpected = module.load_state_dict(wanted, strict=False)
    missing = [name for name in missing if not name.endswith("num_batches_tracked")]
    if missing or unexpected:
        raise UnsupportedModelError(f"The weights do not fit {info['spec']['model']['name']}: {', '.join([*missing, *unexpected][:5])}.")
    return TorchModel(
        module=module.eval(),
        labels=list(info["classes"]),
        size=image["size"],
        channels=image["channels"],
        mean=image["mean"],
        std=image["std"],
        temperature=info["temperature"],
        class_bias=info.get("classBias"),
        threshold=info["openSet"]["threshold"] if info.get("openSet") is not None else None,
        background=image.get("background", "black"),
    )


def build(info: Mapping[str, Any]) -> nn.Module:
    """The architecture of a checkpoint with no weights."""
    spec, image, convention = info["spec"]["model"], info["image"], info.get("convention") or {}
    name = spec["name"]
    if info.get("head") is not None:
        raise UnsupportedModelError(f"The model ends in a {info['head']['kind']} head, which torchvision does not have; export it as ONNX.")
    if convention.get("padding", "torch") != "torch":
        raise UnsupportedModelError("The weights came from TensorFlow and pad as it does, which torchvision does not; export the model as ONNX.")
    builder = next((builder for prefix, builder in _BUILDERS.items() if name.startswith(prefix)), None)
    if builder is None:
        raise UnsupportedModelError(f"torchvision has no {name}; export it as ONNX.")
    shape = _Shape(spec, len(info["classes"]), image["channels"], convention.get("autoSide", image["size"]), convention)
    module = builder(shape)
    epsilon = convention.get("epsilon")
    if epsilon is not None:
        for part in module.modules():
            if isinstance(part, nn.BatchNorm2d):
                part.eps = epsilon
    return module


@dataclass(frozen=True)
class _Shape:
    spec: Mapping[str, Any]
    classes: int
    channels: int
    side: int
    convention: Mapping[str, Any]

    @property
    def name(self) -> str:
        return str(self.spec["name"])

    def small(self, option: str, below: int = _SMALL_BELOW) -> bool:
        choice = self.spec.get(option, "auto")
        return bool(choice == "small" or (choice == "auto" and self.side < below))


def _conv(channels: int, filters: int, kernel: int, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(channels, filters, kernel, stride, padding=kernel // 2, bias=False)


def _resnet(shape: _Shape) -> nn.Module:
    depth = int(shape.name.removeprefix("resnet"))
    if depth not in (18, 34, 50, 101, 152):
        return SmallImageResNet(depth, shape.spec.get("width", 16), shape.channels, shape.classes)
    net = getattr(models, shape.name)(num_classes=shape.classes)
    if shape.small("stem"):
        net.conv1, net.maxpool = _conv(shape.channels, 64, 3), nn.Identity()
    elif shape.spec.get("stem") == "deep":
        parts = [_conv(shape.channels, 32, 3, 2), nn.BatchNorm2d(32), nn.ReLU(), _conv(32, 32, 3), nn.BatchNorm2d(32), nn.ReLU(), _conv(32, 64, 3)]
        net.conv1 = nn.Sequential(*parts)
    else:
        net.conv1 = _conv(shape.channels, 64, 7, 2)
    for stage in (net.layer1, net.layer2, net.layer3, net.layer4):
        block = stage[0]
        if shape.spec.get("shortcut") == "average-pool" and block.downsample is not None:
            block.downsample = _pooled_shortcut(block.downsample)
        if shape.convention.get("bottleneckStride") == "first" and hasattr(block, "conv3"):
            block.conv1.stride, block.conv2.stride = block.conv2.stride, (1, 1)
    return net


def _pooled_shortcut(downsample: nn.Sequential) -> nn.Sequential:
    conv, norm = downsample[0], downsample[1]
    pool = nn.AvgPool2d(2, 2, ceil_mode=True, count_include_pad=False) if conv.stride != (1, 1) else nn.Identity()
    conv.stride = (1, 1)
    return nn.Sequential(pool, conv, norm)


def _mobilenet(shape: _Shape) -> nn.Module:
    net = models.mobilenet_v2(num_classes=shape.classes, width_mult=shape.spec.get("width", 1))
    _small_strides(net.features, shape, block=2, depthwise=lambda block: block.conv[1][0])
    return net


def _efficientnet(shape: _Shape) -> nn.Module:
    net = getattr(models, shape.name)(num_classes=shape.classes)
    _small_strides(net.features, shape, block=2, depthwise=lambda stage: stage[0].block[1][0])
    return net


def _small_strides(features: nn.Sequential, shape: _Shape, *, block: int, depthwise: Callable[[Any], Any]) -> None:
    first = features[0][0]
    small = shape.small("strides")
    features[0][0] = _conv(shape.channels, first.out_channels, 3, 1 if small else 2)
    if not small:
        return
    target = features[block]
    depthwise(target).stride = (1, 1)
    inverted = target if hasattr(target, "use_res_connect") else target[0]
    parts = [part for part in inverted.modules() if isinstance(part, nn.Conv2d)]
    inverted.use_res_connect = parts[0].in_channels == parts[-1].out_channels


def _densenet(shape: _Shape) -> nn.Module:
    if shape.name == "densenet_bc":
        growth, layers = shape.spec.get("growth", 12), max(1, (shape.spec.get("depth", 100) - 4) // 6)
        net = models.DenseNet(growth, (layers, layers, layers), 2 * growth, num_classes=shape.classes)
        features = net.features
        features.conv0 = _conv(shape.channels, 2 * growth, 3)
        features.norm0, features.relu0, features.pool0 = nn.Identity(), nn.Identity(), nn.Identity()
        return net
    net = getattr(models, shape.name)(num_classes=shape.classes)
    filters = net.features.conv0.out_channels
    if shape.small("stem"):
        net.features.conv0, net.features.pool0 = _conv(shape.channels, filters, 3), nn.Identity()
    else:
        net.features.conv0 = _conv(shape.channels, filters, 7, 2)
    return net


def _inception(shape: _Shape) -> nn.Module:
    net = models.inception_v3(num_classes=shape.classes, aux_logits=False, transform_input=False, init_weights=False)
    small = shape.small("stem", _SMALL_INCEPTION_BELOW)
    net.Conv2d_1a_3x3.conv = nn.Conv2d(shape.channels, 32, 3, stride=1 if small else 2, padding=1 if small else 0, bias=False)
    if small:
        net.Conv2d_2a_3x3.conv.padding = net.Conv2d_4a_3x3.conv.padding = (1, 1)
        net.maxpool1, net.maxpool2 = nn.Identity(), nn.Identity()
    return net


class SmallImageResNet(nn.Module):
    """
    Three stages of w, 2w, 4w channels and shortcuts without parameters, which torchvision does not have; with its names.

    Source: He et al. 2016, §4.2, https://arxiv.org/abs/1512.03385.
    """

    def __init__(self, depth: int, width: int, channels: int, classes: int) -> None:
        super().__init__()
        self.conv1, self.bn1 = _conv(channels, width, 3), nn.BatchNorm2d(width)
        blocks = (depth - 2) // 6
        for stage in range(3):
            filters = width << stage
            inputs = [width if stage == 0 else filters // 2] + [filters] * (blocks - 1)
            layer = nn.Sequential(*(_SmallImageBlock(before, filters) for before in inputs))
            self.add_module(f"layer{stage + 1}", layer)
        self.fc = nn.Linear(4 * width, classes)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        x = torch.relu(self.bn1(self.conv1(images)))
        for layer in (self.layer1, self.layer2, self.layer3):
            x = layer(x)
        logits: torch.Tensor = self.fc(x.mean((2, 3)))
        return logits


class _SmallImageBlock(nn.Module):
    def __init__(self, channels: int, filters: int) -> None:
        super().__init__()
        self.missing = filters - channels
        self.conv1, self.bn1 = _conv(channels, filters, 3, 1 if self.missing == 0 else 2), nn.BatchNorm2d(filters)
        self.conv2, self.bn2 = _conv(filters, filters, 3), nn.BatchNorm2d(filters)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        if self.missing > 0:
            before = self.missing // 2
            x = nn.functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, before, self.missing - before))
        return torch.relu(x + y)


_BUILDERS: dict[str, Callable[[_Shape], nn.Module]] = {
    "resnet": _resnet,
    "mobilenet_v2": _mobilenet,
    "efficientnet_b": _efficientnet,
    "densenet": _densenet,
    "inception_v3": _inception,
}


def _flat(image: Any, background: str) -> Any:
    """An image on the ground that transparency is laid on."""
    from PIL import Image

    if image.mode not in ("RGBA", "LA", "PA") and "transparency" not in image.info:
        return image
    picture = image.convert("RGBA")
    ground = Image.new("RGBA", picture.size, background)
    return Image.alpha_composite(ground, picture)
