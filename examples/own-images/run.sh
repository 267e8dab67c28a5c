#!/usr/bin/env bash
# From a folder of images to a report, through the REST API: `run.sh FOLDER` takes your own, with one folder per class.
set -euo pipefail
cd "$(dirname "$0")"
export ANNEAL_HOME=$PWD/out/home ANNEAL_PORT=${ANNEAL_PORT:-8090} ANNEAL_LOG_LEVEL=warn
data=${1:-out/data}
[ $# -gt 0 ] || node ../fashion-mnist.mjs out/data --classes sandal,sneaker,ankle-boot
npx anneal dataset inspect "$data"

mkdir -p "$ANNEAL_HOME"
# Without npx around it, so that the signal at the end reaches it.
node ../../dist/bin/anneal.js serve >out/serve.log 2>&1 &
service=$!
trap 'kill $service; wait $service || true' EXIT
until curl -sf "http://127.0.0.1:$ANNEAL_PORT/readyz" >/dev/null; do sleep 1; done

dataset=$(npx anneal upload "$data" --name shoes)
job=$(npx anneal submit spec.json --dataset "$dataset")
npx anneal follow "$job"
npx anneal report "$job"
