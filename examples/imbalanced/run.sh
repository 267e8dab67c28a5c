#!/usr/bin/env bash
# Ten classes of 500 down to 5 training images, judged on a balanced test set: cross-entropy against the recipe `long-tail`.
set -euo pipefail
cd "$(dirname "$0")"
node ../fashion-mnist.mjs out/data --train 500 --smallest 5
for spec in plain long-tail; do
  npx anneal train $spec.json --data out/data --out out/$spec
done
npx anneal compare out/long-tail out/plain
