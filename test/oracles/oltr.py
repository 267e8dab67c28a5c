"""OLTR's layers and its loss of centroids by torch as a fixture: /usr/bin/python3 test/oracles/oltr.py > test/oracles/oltr.json

After https://github.com/zhmiao/OpenLongTailRecognition-OLTR (Liu et al. 2019). Weights and maps are in tfjs' layouts.
"""

import json
import math

import torch
import torch.nn.functional as F

torch.manual_seed(5)
torch.set_default_dtype(torch.float64)
IMAGES, SIDE, WIDTH, CLASSES = 5, 3, 6, 4
PLACES, INNER = SIDE * SIDE, WIDTH // 2


def rounded(tensor):
    return [float(f"{value:.8g}") for value in tensor.detach().flatten().tolist()]


def leaf(*shape, scale=1.0):
    return (torch.randn(*shape) * scale).round(decimals=4).requires_grad_()


def gradients(output, weights, tensors):
    grads = torch.autograd.grad((output * weights).sum(), list(tensors.values()), allow_unused=True)
    return {name: None if grad is None else rounded(grad) for (name, _), grad in zip(tensors.items(), grads)}


def case(inputs, output):
    weights = torch.randn(output.shape).round(decimals=4)
    return {
        "inputs": {name: rounded(tensor) for name, tensor in inputs.items()},
        "output": rounded(output),
        "weights": rounded(weights),
        "gradients": gradients(output, weights, inputs),
    }


def attention(x, theta_kernel, theta_bias, phi_kernel, phi_bias, g_kernel, g_bias, output_kernel, places_kernel, places_bias):
    """NHWC; 1×1 convolutions in NCHW, as in their layer."""
    nchw = x.permute(0, 3, 1, 2)
    conv = lambda kernel, bias=None: lambda maps: F.conv2d(maps, kernel.t()[:, :, None, None], bias)
    embed = lambda kernel, bias: conv(kernel, bias)(nchw).view(IMAGES, INNER, -1)
    g = embed(g_kernel, g_bias).permute(0, 2, 1)
    theta = embed(theta_kernel, theta_bias).permute(0, 2, 1)
    phi = embed(phi_kernel, phi_bias)
    seen = torch.matmul(F.softmax(torch.matmul(theta, phi), dim=-1), g)
    seen = seen.permute(0, 2, 1).contiguous().view(IMAGES, INNER, SIDE, SIDE)
    mask = conv(output_kernel)(seen)
    spatial = (x.reshape(IMAGES, -1) @ places_kernel + places_bias).softmax(dim=1)
    final = spatial.view(-1, SIDE, SIDE).unsqueeze(1) * mask + nchw
    return final.permute(0, 2, 3, 1)


def embedding(v, centroids, memory_kernel, memory_bias, selector_kernel, selector_bias, scale=10.0):
    fixed = centroids.data
    distances = torch.norm(v.unsqueeze(1) - fixed.unsqueeze(0), 2, 2)
    values, _ = torch.sort(distances, 1)
    reach = (scale / values[:, 0]).unsqueeze(1)
    memory = (v @ memory_kernel + memory_bias).softmax(dim=1) @ fixed
    return reach * (v + (v @ selector_kernel + selector_bias).tanh() * memory)


def relative_reach(centroids):
    fixed = centroids.data
    return ((fixed - fixed.mean(0)).norm() / fixed.norm()).item() / 4


def cosine(x, kernel):
    length = torch.norm(x, 2, 1, keepdim=True)
    direction = (length / (1 + length)) * (x / length)
    return 16 * direction @ (kernel / torch.norm(kernel, 2, 0, keepdim=True))


class Attraction(torch.autograd.Function):
    @staticmethod
    def forward(ctx, features, labels, centroids):
        ctx.save_for_backward(features, labels, centroids)
        return (features - centroids[labels]).pow(2).sum() / 2.0 / features.shape[0]

    @staticmethod
    def backward(ctx, grad_output):
        features, labels, centroids = ctx.saved_tensors
        difference = centroids[labels] - features
        counts = torch.ones(centroids.shape[0]).scatter_add_(0, labels, torch.ones(labels.shape[0]))
        grad = torch.zeros_like(centroids).scatter_add_(0, labels.unsqueeze(1).expand(features.shape), difference)
        images = features.shape[0]
        return -grad_output * difference / images, None, grad_output * grad / counts.view(-1, 1) / images


def disc_centroids(features, centroids, labels, repulsion, margin):
    attract = Attraction.apply(features, labels, centroids)
    squared = features.pow(2).sum(1, keepdim=True) + centroids.pow(2).sum(1) - 2 * features @ centroids.t()
    others = squared * (1 - F.one_hot(labels, CLASSES))
    repel = torch.clamp(margin - others.sum() / (features.shape[0] * CLASSES), 0.0, 1e6)
    return attract + repulsion * repel


maps = leaf(IMAGES, SIDE, SIDE, WIDTH)
attended = {
    "x": maps,
    **{f"{part}_{kind}": leaf(*((WIDTH, INNER) if kind == "kernel" else (INNER,)), scale=0.7) for part in ("theta", "phi", "g") for kind in ("kernel", "bias")},
    "output_kernel": leaf(INNER, WIDTH, scale=0.8),
    "places_kernel": leaf(PLACES * WIDTH, PLACES, scale=1 / math.sqrt(PLACES * WIDTH)),
    "places_bias": leaf(PLACES, scale=0.3),
}
embedded = {
    "v": leaf(IMAGES, WIDTH),
    "centroids": leaf(CLASSES, WIDTH),
    "memory_kernel": leaf(WIDTH, CLASSES, scale=0.6),
    "memory_bias": leaf(CLASSES, scale=0.3),
    "selector_kernel": leaf(WIDTH, WIDTH, scale=0.6),
    "selector_bias": leaf(WIDTH, scale=0.3),
}
classified = {"x": leaf(IMAGES, WIDTH, scale=0.5), "kernel": leaf(WIDTH, CLASSES)}
labels = torch.tensor([0, 2, 2, 1, 0])
drawn = {"features": leaf(IMAGES, WIDTH), "centroids": leaf(CLASSES, WIDTH)}

print(
    json.dumps(
        {
            "images": IMAGES,
            "side": SIDE,
            "width": WIDTH,
            "classes": CLASSES,
            "labels": labels.tolist(),
            "attention": case(attended, attention(**attended)),
            "embedding": case(embedded, embedding(**embedded)),
            "cosine": case(classified, cosine(**classified)),
            "centroids": [
                {"repulsion": repulsion, "margin": margin, **case(drawn, disc_centroids(**drawn, labels=labels, repulsion=repulsion, margin=margin))}
                for repulsion, margin in ((0.01, 10), (0.5, 20), (0.5, 1))
            ],
            "relative": case(embedded, embedding(**embedded, scale=relative_reach(embedded["centroids"]))),
        }
    )
)
