#!/usr/bin/env bash
# Twenty-five images per class of three new classes: from scratch, and from a checkpoint of a job on seven others.
set -euo pipefail
cd "$(dirname "$0")"
node ../fashion-mnist.mjs out/seven --classes t-shirt,trouser,pullover,dress,coat,sandal,bag
node ../fashion-mnist.mjs out/three --classes shirt,sneaker,ankle-boot --train 25 --test 200
npx anneal train base.json --data out/seven --out out/base
npx anneal export out/base --format safetensors --out out/weights
npx anneal train scratch.json --data out/three --out out/scratch
npx anneal train fine-tune.json --data out/three --out out/fine-tune
npx anneal compare out/fine-tune out/scratch
