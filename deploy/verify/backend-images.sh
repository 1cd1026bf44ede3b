#!/usr/bin/env bash
# Makes the backends' images under the names that docker-compose.yml pins, for machines that cannot pull them: Kafka and
# MinIO from their native binaries, and wire doubles of EventStoreDB and MongoDB. An image that is there already, and was
# not made here, is the real one and stays.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
export PATH="$root/node_modules/.bin:$PATH"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

build() { DOCKER_BUILDKIT=0 nice -n 10 docker build --quiet "$@" 2>"$work/warnings" >/dev/null || { cat "$work/warnings" >&2; exit 1; }; }
stand_in() { docker image inspect --format '{{index .Config.Labels "inkstream.stand-in"}}' "$1"; }

# The folder of a backend of the native stack, installed where it is not yet.
installed() {
  (cd "$root" && node --disable-warning=ExperimentalWarning --input-type=module -e "
    import { install } from '@inkstream/native-stack';
    console.log(await install('$1', console.error));")
}

# Fills the folder backend/ of the context.
fill() {
  if [ "$1" != eventstoredb ]; then
    cp -r "$(installed "$1")" "$2/backend"
    return
  fi
  mkdir "$2/backend"
  build --file "$root/deploy/Dockerfile" --target manifests --tag inkstream-verify/manifests "$root"
  docker run --rm inkstream-verify/manifests tar -c . | tar -C "$2/backend" -x --one-top-level=manifests
  tar -C "$root" -c --exclude '*.spec.ts' libs | tar -C "$2/backend" -x
}

node=$(sed -n 's/^FROM \(node:[^ ]*\) AS node$/\1/p' "$root/deploy/Dockerfile")
for backend in kafka minio mongodb eventstoredb; do
  image=$(sed -n "/^  $backend:\$/,/^\$/s/^    image: //p" "$root/docker-compose.yml")
  if docker image inspect "$image" >/dev/null 2>&1 && [ -z "$(stand_in "$image")" ]; then
    echo "$image: the real image"
    continue
  fi
  context="$work/$backend"
  cp -r "$root/deploy/verify/stand-ins" "$context"
  fill "$backend" "$context"
  build --build-arg "NODE=$node" --file "$context/backend.Dockerfile" --tag inkstream-verify/backend "$context"
  build --file "$context/$backend.Dockerfile" --tag "$image" "$context"
  echo "$image: NOT THE REAL IMAGE but $(stand_in "$image")"
done
