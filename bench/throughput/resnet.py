"""CIFAR ResNet-20 as ours: shortcuts without weights."""
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
