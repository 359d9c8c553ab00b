#!/usr/bin/env bash
# Installs what `npm run test:jupyter` and `npm run test:frontend` need on Debian 12. Run as root; does nothing where all is there.
set -euo pipefail

packages=(
  jupyter-server
  jupyter-client
  jupyter-nbconvert
  python3-jupyter-kernel-test
  python3-jupyterlab-server
  jupyter-notebook
  chromium
  fonts-dejavu-core
)

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query --show --showformat='${db:Status-Abbrev}' "$package" 2>/dev/null || true)
  [[ $status == ii* ]] || missing+=("$package")
done

if [[ ${#missing[@]} -eq 0 ]]; then
  echo "all Debian packages are installed"
  exit 0
fi

export DEBIAN_FRONTEND=noninteractive
for attempt in 1 2 3; do
  if apt-get update -q &&
    apt-get install -y -q --no-install-recommends "${missing[@]}"; then
    exit 0
  fi
  echo "apt-get failed (attempt $attempt of 3)" >&2
  sleep $((attempt * 5))
done
echo "could not install: ${missing[*]}; check the network and the sources of apt" >&2
exit 1
