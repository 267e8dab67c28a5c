#!/usr/bin/env bash
# Trains a small model, exports it as a TensorFlow.js layers-model, and runs it in Chromium. `run.sh --serve` keeps the page up for your browser.
set -euo pipefail
cd "$(dirname "$0")"
node ../fashion-mnist.mjs out/data
[ -e out/run ] || npx anneal train spec.json --data out/data --out out/run
rm -rf out/model
npx anneal export out/run --format tfjs --precision uint8 --out out/model
node browse.mjs "$@"
