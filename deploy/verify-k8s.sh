#!/usr/bin/env bash
# Builds every overlay of k8s/ and validates it strictly against Kubernetes' schemas. It takes `kustomize` (5.7 or later)
# and `kubernetes-validate` from the PATH, or from KUSTOMIZE and KUBERNETES_VALIDATE.
set -euo pipefail
cd "$(dirname "$0")/.."
kustomize=${KUSTOMIZE:-kustomize} validate=${KUBERNETES_VALIDATE:-kubernetes-validate}
built=$(mktemp -d)
trap 'rm -rf "$built"' EXIT
for overlay in k8s/overlays/*/; do
  name=$(basename "$overlay")
  "$kustomize" build "$overlay" > "$built/$name.yaml"
  # What is not Kubernetes' own (KEDA, Gateway API) has no schema there, and is warned of.
  "$validate" --kubernetes-version 1.34 --strict --quiet "$built/$name.yaml"
  echo "$name: $(grep -c '^kind:' "$built/$name.yaml") objects are valid"
done
# A check that takes everything proves nothing.
sed 's/terminationGracePeriodSeconds/terminationGraceSeconds/' "$built/local.yaml" > "$built/wrong.yaml"
if "$validate" --kubernetes-version 1.34 --strict --quiet "$built/wrong.yaml" > "$built/said" 2>&1; then
  echo 'A wrong manifest was taken' >&2
  exit 1
fi
grep -q terminationGraceSeconds "$built/said" || { cat "$built/said" >&2; exit 1; }
echo 'a wrong manifest is refused'
