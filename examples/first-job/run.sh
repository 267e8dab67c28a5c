#!/usr/bin/env bash
# Trains a ResNet-20 on 2,000 images without a service, and predicts two images that it has not seen.
set -euo pipefail
cd "$(dirname "$0")"
node ../fashion-mnist.mjs out/data
npx anneal train spec.json --data out/data --out out/run
npx anneal predict out/run $(find out/data/test -name '*.png' | sort | sed -n '1p;101p') --top 2
