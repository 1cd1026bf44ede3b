#!/usr/bin/env bash
# Makes the engines' images under the names that docker-compose.yml pins, for machines that cannot pull them: Kafka and
# MinIO from their native binaries, and wire doubles of EventStoreDB and MongoDB. An image that is there already, and was
# not made here, is the real one and stays.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
export PATH="$root/node_modules/.bin:$PATH"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$root"/deploy/verify/stand-ins/* "$work"
mkdir "$work/engines"

build() { DOCKER_BUILDKIT=0 nice -n 10 docker build --quiet "$@" 2>/dev/null; }

# The folder of an engine of the native stack, installed where it is not yet.
installed() {
  (cd "$root" && node --disable-warning=ExperimentalWarning --input-type=module -e "
    import { install } from '@inkstream/native-stack';
    console.log(await install('$1', console.error));")
}

context_of() {
  case $1 in
    eventstoredb)
      build --file "$root/deploy/Dockerfile" --target manifests --tag inkstream-verify/manifests "$root" >/dev/null
      container=$(docker create inkstream-verify/manifests)
      docker cp --quiet "$container:/app" "$work/engines/manifests"
      docker rm "$container" >/dev/null
      cp -r "$root/libs" "$work/engines/libs"
      ;;
    *) cp -r "$(installed "$1")" "$work/engines/$1" ;;
  esac
}

node=$(sed -n 's/^FROM \(node:[^ ]*\) AS node$/\1/p' "$root/deploy/Dockerfile")
for engine in kafka minio mongodb eventstoredb; do
  image=$(sed -n "/^  $engine:\$/,/^\$/s/^    image: //p" "$root/docker-compose.yml")
  if docker image inspect "$image" >/dev/null 2>&1 &&
    [ -z "$(docker image inspect --format '{{index .Config.Labels "inkstream.stand-in"}}' "$image")" ]; then
    echo "$image: the real image"
    continue
  fi
  context_of "$engine"
  build --build-arg "NODE=$node" --target "$engine" --tag "$image" "$work" >/dev/null
  echo "$image: NOT THE REAL IMAGE but $(docker image inspect --format '{{index .Config.Labels "inkstream.stand-in"}}' "$image")"
done
