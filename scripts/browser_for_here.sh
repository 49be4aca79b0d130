#!/usr/bin/env bash
# Prints the Chromium that the tests of our pages drive: the one without windows, which takes less than half of the time
# (the system's own, else Debian's package, installed where we may), else the system's Chromium, else the one that
# Playwright fetches for itself.
set -euo pipefail

shell=chromium-headless-shell
command -v "$shell" && exit
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    echo "set-up: Installing Debian's $shell, for the tests of the pages" >&2
    apt-get update -q >&2 || echo "set-up: apt-get update failed; going on with what is known" >&2
    for name in "$shell" chromium; do
        command -v "$name" && exit
        DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$name" >&2 && command -v "$name" && exit
    done
fi
for name in chromium chromium-browser google-chrome; do
    command -v "$name" && exit
done
echo "set-up: No chromium here; fetching Playwright's (or: sudo apt-get install -y $shell)" >&2
.venv/bin/playwright install --only-shell chromium >&2
.venv/bin/python -c 'from playwright.sync_api import sync_playwright as p
with p() as it: print(it.chromium.executable_path)'
