#!/usr/bin/env bash
# Prints the Chromium that the tests of our pages drive: the system's own, else Debian's package (installed where we may), else
# the one that Playwright fetches for itself.
set -euo pipefail

for name in chromium chromium-browser google-chrome; do
    command -v "$name" && exit
done
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    echo "set-up: Installing Debian's chromium, for the tests of the pages" >&2
    apt-get update -q >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends chromium >&2 && command -v chromium && exit
fi
echo "set-up: No chromium here; fetching Playwright's (or: sudo apt-get install -y chromium)" >&2
.venv/bin/playwright install --only-shell chromium >&2
.venv/bin/python -c 'from playwright.sync_api import sync_playwright as p
with p() as it: print(it.chromium.executable_path)'
