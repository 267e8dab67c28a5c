#!/usr/bin/env bash
# Builds the API and CPU worker images with no container engine, on a base made from Debian's packages, and runs the stack of
# docker-compose.yml from them: upload, ingest, train, predict. With IMAGE_TEST_WORK=FOLDER the layers are kept there for the next time.
set -euo pipefail
cd "$(dirname "$0")/.."
[ "$(id -u)" -eq 0 ] || { echo 'image-test needs root: sudo make image-test' >&2; exit 1; }
if ! command -v buildah >/dev/null || ! command -v mmdebstrap >/dev/null; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends buildah mmdebstrap >/dev/null
fi
work=${IMAGE_TEST_WORK:-$(mktemp -d)}
mkdir -p "$work"
export BUILDAH_ISOLATION=chroot STORAGE_DRIVER=vfs
storage=(--root "$work/storage" --runroot "$work/run")
leave() {
  buildah "${storage[@]}" rm --all >/dev/null 2>&1 || true
  [ -n "${IMAGE_TEST_WORK:-}" ] || rm -rf "$work"
}
trap leave EXIT

if ! buildah "${storage[@]}" inspect --type image localhost/anneal-base >/dev/null 2>&1; then
  echo 'Base system'
  # Debian 12's own Node is too old: the base gets the one that runs here.
  mmdebstrap --quiet --variant=minbase --include=ca-certificates,libatomic1 bookworm "$work/base"
  # A machine behind a proxy trusts certificates that Debian does not ship; the build must trust the same.
  cp /etc/ssl/certs/ca-certificates.crt "$work/base/etc/ssl/certs/ca-certificates.crt"
  node=$(readlink -f "$(command -v node)")
  modules=$(readlink -f "$(npm root --global)")
  install -D "$node" "$work/base/usr/local/bin/node"
  mkdir -p "$work/base/usr/local/lib/node_modules"
  cp -r "$modules/npm" "$work/base/usr/local/lib/node_modules/"
  ln -sf ../lib/node_modules/npm/bin/npm-cli.js "$work/base/usr/local/bin/npm"
  ln -sf ../lib/node_modules/npm/bin/npx-cli.js "$work/base/usr/local/bin/npx"
  base=$(buildah "${storage[@]}" from scratch)
  buildah "${storage[@]}" add --quiet "$base" "$work/base" / >/dev/null
  buildah "${storage[@]}" config --env NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$base"
  buildah "${storage[@]}" commit --quiet --rm "$base" anneal-base >/dev/null
  rm -rf "$work/base"
fi

secret=()
[ -f "$HOME/.npmrc" ] && secret=(--secret "id=npmrc,src=$HOME/.npmrc")
layers=()
[ -n "${IMAGE_TEST_WORK:-}" ] && layers=(--layers)
for target in api worker; do
  echo "Image: $target"
  # Only the docker format keeps health checks.
  buildah "${storage[@]}" bud --format docker --network host --build-arg BASE=localhost/anneal-base "${layers[@]}" "${secret[@]}" \
    --target "$target" --tag "anneal-$target" .
  config=$(buildah "${storage[@]}" inspect --type image "localhost/anneal-$target" | node -e '
    const { config } = JSON.parse(require("fs").readFileSync(0, "utf8")).Docker
    if (!config.Healthcheck) throw new Error("the image has no health check")
    if (config.User !== "anneal") throw new Error("the image runs as " + (config.User || "root"))
    console.log(config.Entrypoint.join(" "), config.Cmd.join(" "), "as", config.User)')
  echo "$config"
done

echo 'anneal api'
api=$(buildah "${storage[@]}" from localhost/anneal-api)
# With no database it must say so, and not crash otherwise. What a process writes just before it fails can get lost on its way here.
answer=$(buildah "${storage[@]}" run --user anneal "$api" -- sh -c 'node dist/bin/anneal.js api 2>&1; echo "exit code $?"; sleep 1')
grep -q 'DATABASE_URL and REDIS_URL must be set' <<<"$answer" && grep -q 'exit code 1' <<<"$answer" || { echo "$answer" >&2; exit 1; }
buildah "${storage[@]}" run --user anneal "$api" -- node dist/bin/anneal.js models

echo 'anneal doctor'
worker=$(buildah "${storage[@]}" from localhost/anneal-worker)
buildah "${storage[@]}" run --user anneal "$worker" -- node dist/bin/anneal.js doctor

echo 'The stack of docker-compose.yml'
scripts/setup.sh serve
node scripts/compose-test.mjs "$(buildah "${storage[@]}" mount "$api")" "$(buildah "${storage[@]}" mount "$worker")"
