"""Writes torchvision's policies, and the magnitudes of its augmentation spaces for an image of 31 × 22 pixels.

`pixels` holds what int() makes of the translations of sides from 1 to 512, as CRC-32s of int32.

Usage: augment_spaces.py OUT.json
"""
import json
import sys
import zlib

import torch
from torchvision.transforms import AutoAugment, AutoAugmentPolicy, RandAugment, TrivialAugmentWide
from torchvision.transforms.autoaugment import AugMix

HEIGHT, WIDTH = 22, 31


def entries(space):
    return [{"name": name, "signed": signed, "values": values.reshape(-1).tolist()} for name, (values, signed) in space.items()]


def translations(space_of):
    rows = [space_of((side, side))["TranslateX"][0].to(torch.int32) for side in range(1, 513)]
    return f"{zlib.crc32(torch.cat(rows).numpy().tobytes()):08x}"


auto, rand = AutoAugment(), RandAugment()
with open(sys.argv[1], "w") as file:
    json.dump({
        "policies": {policy.value: AutoAugment(policy).policies for policy in AutoAugmentPolicy},
        "width": WIDTH, "height": HEIGHT,
        "spaces": {
            "auto": entries(auto._augmentation_space(10, (HEIGHT, WIDTH))),
            "rand": entries(rand._augmentation_space(31, (HEIGHT, WIDTH))),
            "wide": entries(TrivialAugmentWide()._augmentation_space(31)),
            "mix": entries(AugMix(all_ops=False)._augmentation_space(10, (HEIGHT, WIDTH))),
            "mixAll": entries(AugMix()._augmentation_space(10, (HEIGHT, WIDTH))),
        },
        "pixels": {
            "auto": translations(lambda size: auto._augmentation_space(10, size)),
            "rand": translations(lambda size: rand._augmentation_space(31, size)),
            "mix": translations(lambda size: AugMix()._augmentation_space(10, size)),
        },
    }, file)
