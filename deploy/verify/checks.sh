# What deploy/verify-compose.sh waits for and looks at.
# shellcheck shell=bash

# within <seconds> <command…>: repeats it until it succeeds.
within() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$end" ] || { echo "gave up: $*" >&2; return 1; }
    sleep 1
  done
}

# A free port for each one that docker-compose.yml publishes.
free_ports() {
  node --input-type=module -e "
    import { once } from 'node:events';
    import { createServer } from 'node:net';
    const names = ['INKSTREAM', 'EVENTSTORE', 'KAFKA', 'MONGODB', 'MINIO', 'MINIO_CONSOLE'];
    const servers = names.map(() => createServer().listen(0, '127.0.0.1'));
    await Promise.all(servers.map((server) => once(server, 'listening')));
    for (const [index, name] of names.entries()) console.log(name + '_PORT ' + servers[index].address().port);
    for (const server of servers) server.close();"
}

healthy() { [ "$(docker inspect --format '{{.State.Health.Status}}' "$1")" = healthy ]; }

all_healthy() {
  local container
  for container in $(compose ps --quiet); do healthy "$container" || return 1; done
}

# Prints what a container is; fails where one of our services may do more than it should.
check_container() {
  local image service user refusal
  image=$(docker inspect --format '{{.Config.Image}}' "$1")
  service=$(docker inspect --format '{{index .Config.Labels "com.docker.compose.service"}}' "$1")
  printf '%-18s %-46s %4s MB  %s\n' "$service" "$image" \
    "$(($(docker image inspect --format '{{.Size}}' "$image") / 1000000))" \
    "$(docker inspect --format '{{.State.Health.Status}}' "$1")"
  case $image in inkstream/*) ;; *) return ;; esac
  user=$(docker exec "$1" id -u)
  [ "$user" != 0 ] || { echo "$service runs as root" >&2; return 1; }
  refusal=$(docker exec --user 0 "$1" touch /x 2>&1 || true)
  [[ $refusal == *'Read-only file system'* ]] || { echo "$service may write to its root file system: $refusal" >&2; return 1; }
  docker exec "$1" sh -c 'grep -q "^CapEff:\s*0*$" /proc/1/status && grep -q "^NoNewPrivs:\s*1$" /proc/1/status' ||
    { echo "$service has capabilities or may gain privileges" >&2; return 1; }
  docker exec "$1" sh -c '! ls /app/node_modules | grep -qE "^(vitest|typescript|testcontainers|node)$"' ||
    { echo "$service ships development dependencies" >&2; return 1; }
}

scavenged() { compose logs --no-color housekeeper | grep "The event log is scavenged"; }

# A site that points its name to this machine gets nothing.
check_foreign_host() {
  local status
  status=$(curl --silent --output /dev/null --write-out '%{http_code}' --max-time 30 --header 'Host: elsewhere.example' "$1/ocr-jobs")
  echo "asked for elsewhere.example it answers $status"
  [ "$status" = 421 ]
}
