#!/usr/bin/env bash
# Proves deploy/Dockerfile and docker-compose.yml on a machine that can pull no image: makes the base image and the
# backends' images itself (loudly telling which are only wire doubles), builds the services, starts all of it with
# docker-compose.yml as it stands, and looks from the outside. Needs root, the Docker daemon, compose, debootstrap, Java
# with Maven, Go, and `npm ci` done. Leaves nothing running; images stay as a cache.
#
#   deploy/verify-compose.sh              all of it
#   deploy/verify-compose.sh --keep       leaves it running, and says where
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
export PATH="$root/node_modules/.bin:$PATH" DOCKER_BUILDKIT=0 COMPOSE_PROJECT_NAME=inkstream-verify COMPOSE_PROFILES=tesseract
providers=(paddle-ocr-local tesseract)
# shellcheck source=deploy/verify/checks.sh
. deploy/verify/checks.sh
# shellcheck source=deploy/verify/secured.sh
. deploy/verify/secured.sh

keep=${1:-}
say() { printf '\n== %s\n' "$*"; }
compose() { if docker compose version >/dev/null 2>&1; then docker compose "$@"; else docker-compose "$@"; fi; }
journey() { node --disable-warning=ExperimentalWarning deploy/verify/src/journey.ts "$@"; }

log=$(mktemp -d)
daemon=
single=
stop() {
  status=$?
  [ "$status" = 0 ] || { compose ps || true; compose logs --no-color --tail 30 || true; }
  [ -z "$single" ] || docker rm --force --volumes "$single" >/dev/null
  if [ "$keep" != --keep ]; then
    compose down --volumes --timeout 30 >"$log/down" 2>&1 || cat "$log/down"
    [ -z "$daemon" ] || { kill "$daemon" && wait "$daemon" || true; }
    rm -rf "$log"
  fi
  exit "$status"
}
trap stop EXIT

if ! docker info >/dev/null 2>&1; then
  say 'Starting the Docker daemon'
  dockerd --ip=127.0.0.1 >"$log/dockerd" 2>&1 &
  daemon=$!
  within 60 docker info
fi

say 'Base image'
nice -n 10 deploy/verify/base-image.sh
say 'Images of the backends'
deploy/verify/backend-images.sh
say 'Images of the services'
COMPOSE_DOCKER_CLI_BUILD=1 compose build >"$log/build" 2>&1 || { tail -n 50 "$log/build"; exit 1; }

say 'All in one process'
docker build --file deploy/Dockerfile --build-arg SERVICE=all-in-one --tag inkstream/all-in-one . >"$log/build" 2>&1 ||
  { tail -n 50 "$log/build"; exit 1; }
single=$(docker run --detach --init --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges --volume /data \
  --publish 127.0.0.1::3000 --env ALLOWED_HOSTS=127.0.0.1 --label com.docker.compose.service=all-in-one inkstream/all-in-one)
within 60 healthy "$single"
check_container "$single"
journey "http://$(docker port "$single" 3000)" "${providers[@]}"
docker stop "$single" >/dev/null
docker rm --volumes "$single" >/dev/null
single=

say 'Starting everything'
while read -r variable port; do export "$variable=$port"; done < <(free_ports)
began=$SECONDS
compose up --detach --no-build >"$log/up" 2>&1 || { cat "$log/up"; exit 1; }
within 180 all_healthy
echo "all healthy after $((SECONDS - began)) s"
url="http://127.0.0.1:$INKSTREAM_PORT"

say 'What runs'
compose ps --quiet | while read -r container; do check_container "$container"; done

say 'The whole suite of the HTTP API'
# It counts the providers that there are, brings scripted ones of its own, and wants the first job to be its own.
compose stop ocr-tesseract >"$log/stop" 2>&1
INKSTREAM_URL=$url EVENTSTORE_URL="esdb://127.0.0.1:$EVENTSTORE_PORT?tls=false" KAFKA_BROKERS="127.0.0.1:$KAFKA_PORT" \
  MONGODB_URL="mongodb://127.0.0.1:$MONGODB_PORT/inkstream" MINIO_URL="http://127.0.0.1:$MINIO_PORT" \
  MINIO_ACCESS_KEY=${MINIO_ACCESS_KEY:-inkstream} MINIO_SECRET_KEY=${MINIO_SECRET_KEY:-inkstream-local} MINIO_BUCKET=inkstream \
  vitest run e2e/src/distributed/api.e2e.spec.ts
compose start ocr-tesseract >"$log/start" 2>&1
within 120 all_healthy

say 'A client'
check_foreign_host "$url"
journey "http://localhost:$INKSTREAM_PORT" "${providers[@]}"

say 'A scavenge'
# For the jobs that were deleted, without the two hours that it waits otherwise.
SCAVENGE_DELAY_MS=0 compose up --detach --no-build housekeeper >"$log/housekeeper" 2>&1 || { cat "$log/housekeeper"; exit 1; }
within 60 scavenged
echo 'the event log is scavenged'

say 'A provider is killed at work, and comes back'
provider=$(compose ps --quiet ocr-paddle-local)
restarts() { docker inspect --format '{{.RestartCount}}' "$provider"; }
before=$(restarts)
job=$(journey "$url" --started paddle-ocr-local)
# By its own process: what docker kill ends counts as stopped by hand, and is not started again.
kill -KILL "$(docker inspect --format '{{.State.Pid}}' "$provider")"
journey "$url" --finished "$job"
echo "job $job is completed; restarts of the provider: $(($(restarts) - before))"
[ "$(restarts)" = "$((before + 1))" ]

say 'Three replicas of a provider'
compose up --detach --no-build --scale ocr-paddle-local=3 >"$log/scale" 2>&1 || { cat "$log/scale"; exit 1; }
within 120 all_healthy
[ "$(compose ps --quiet ocr-paddle-local | wc -l)" = 3 ]
journey "$url" paddle-ocr-local

if [ "$keep" = --keep ]; then
  say "It runs at $url; end it with: COMPOSE_PROJECT_NAME=$COMPOSE_PROJECT_NAME docker-compose down --volumes"
  exit 0
fi

say 'With TLS and users'
compose down --volumes --timeout 30 >"$log/down" 2>&1 || { cat "$log/down"; exit 1; }
certificates "$log/certs" 2>"$log/certificates" || { cat "$log/certificates"; exit 1; }
secured_settings "$log/certs"
compose up --detach --no-build eventstoredb >"$log/up" 2>&1 || { cat "$log/up"; exit 1; }
within 60 all_healthy
set_up_users
compose up --detach --no-build >"$log/up" 2>&1 || { cat "$log/up"; exit 1; }
within 180 all_healthy
journey "$url" paddle-ocr-local
SCAVENGE_DELAY_MS=0 compose up --detach --no-build housekeeper >"$log/housekeeper" 2>&1 || { cat "$log/housekeeper"; exit 1; }
within 60 scavenged
echo 'the event log is scavenged by the operations user'

say 'Stopping everything'
compose down --volumes --timeout 30 >"$log/down" 2>&1 || { cat "$log/down"; exit 1; }
for kind in container volume network; do
  left=$(docker "$kind" ls --quiet --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME")
  [ -z "$left" ] || { echo "left behind: $kind $left"; exit 1; }
done
echo 'no container, volume or network is left'
