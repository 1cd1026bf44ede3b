#!/usr/bin/env bash
# Makes the base image of deploy/Dockerfile out of Debian's packages and the Node.js of this repository, under the name
# that the Dockerfile pins, for machines that cannot pull it. npm inside uses the registry that this machine's npm uses,
# and trusts whom this machine trusts. DEBIAN_MIRROR names a mirror other than debootstrap's own default.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
image=$(sed -n 's/^FROM \(node:[^ ]*\) AS node$/\1/p' "$root/deploy/Dockerfile")
debian=inkstream-verify/debian:bookworm
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

exists() { docker image inspect "$1" >/dev/null 2>&1; }
first_layer() { docker image inspect --format '{{index .RootFS.Layers 0}}' "$1" 2>/dev/null || echo "none of $1"; }

if exists "$image" && [ "$(first_layer "$image")" != "$(first_layer "$debian")" ]; then
  echo "$image: the real image"
  exit
fi

if ! exists "$debian"; then
  nice -n 10 debootstrap --variant=minbase --include=libstdc++6 bookworm "$work/rootfs" ${DEBIAN_MIRROR:-} >"$work/log" 2>&1 ||
    { cat "$work/log" >&2; exit 1; }
  rm -rf "$work"/rootfs/usr/share/{doc,info,locale,man}/* "$work"/rootfs/var/{cache/apt,lib/apt/lists,log}/*
  tar -C "$work/rootfs" -c . | docker import - "$debian" >/dev/null
fi

mkdir "$work/node"
cp "$root/node_modules/node/bin/node" "$work/node/node"
cp -r "$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")" "$work/node/npm"
cp /etc/ssl/certs/ca-certificates.crt "$work/node/"
registry=$(npm config get registry 2>/dev/null)
printf 'registry=%s\ncafile=/usr/local/etc/ca-certificates.crt\n' "$registry" >"$work/node/npmrc"
chmod -R a+rX "$work/node"
cat >"$work/node/Dockerfile" <<DOCKERFILE
FROM $debian
COPY node /usr/local/bin/
COPY npm /usr/local/lib/node_modules/npm
COPY npmrc ca-certificates.crt /usr/local/etc/
RUN groupadd --gid 1000 node && useradd --uid 1000 --gid node --create-home node \
  && ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
CMD ["node"]
DOCKERFILE
DOCKER_BUILDKIT=0 docker build --quiet --tag "$image" "$work/node" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
echo "$image: NOT THE REAL IMAGE but Debian bookworm with Node.js $(docker run --rm "$image" node --version), npm $(docker run --rm "$image" npm --version)"
