"""torchvision's way with one image after the other in one process: open, decode, random resized crop, flip, to tensor, normalise. torchvision_peer.py FOLDER SECONDS."""
import json
import sys
import time
from pathlib import Path

import torch
import torchvision
from PIL import Image
from torchvision import transforms

torch.set_num_threads(1)
files = sorted(Path(sys.argv[1]).glob('*/*'))
transform = transforms.Compose([
    transforms.RandomResizedCrop(224),
    transforms.RandomHorizontalFlip(),
    transforms.ToTensor(),
    transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
])
for path in files[:20]:
    transform(Image.open(path).convert('RGB'))
start = time.process_time()
count = 0
while time.process_time() - start < float(sys.argv[2]):
    transform(Image.open(files[count % len(files)]).convert('RGB'))
    count += 1
print(json.dumps({'version': torchvision.__version__, 'rate': count / (time.process_time() - start)}))
