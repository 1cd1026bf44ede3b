#!/usr/bin/env bash
# Checks the manifests of k8s/ against Kubernetes' schemas, and applies, rolls and drains them on a real control plane,
# which it builds from Go modules the first time: about ten minutes. It takes Go 1.26, Python 3.11 and no cluster.
set -euo pipefail
cd "$(dirname "$0")/.."
npm run --silent stack -- kubernetes
npx vitest run e2e/src/kubernetes --reporter=verbose
