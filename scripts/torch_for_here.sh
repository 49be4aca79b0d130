#!/usr/bin/env bash
# Prints what pip must be told, beside the lock, to get the PyTorch that suits this machine: nothing, `cuda`, or arguments.
# Usage: torch_for_here.sh PYTHON, where PYTHON is an absolute path.
#
# PyPI's torch for Linux brings gigabytes of CUDA. Without an NVIDIA GPU we take the CPU build instead, from wherever the
# machine's own pip settings find one, else from PyTorch's public CPU index (which has the fitting torchvision, too).
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
torch=$(sed -n 's/^ *"torch==\([0-9.]*\)",.*/\1/p' pyproject.toml)
torchvision=$(sed -n 's/^ *"torchvision==\([0-9.]*\)",.*/\1/p' pyproject.toml)

has_nvidia() { [ -e /dev/nvidia0 ] || { command -v nvidia-smi && nvidia-smi --list-gpus; } >/dev/null 2>&1; }

if [ "$(uname -s)" != Linux ]; then
    exit # PyPI's builds for other systems have no CUDA in them
fi
if has_nvidia; then
    echo cuda
    exit
fi
if answer=$("$1" -m pip --disable-pip-version-check --no-input --quiet --quiet install --dry-run --no-deps \
    "torch==$torch+cpu" 2>&1); then
    echo "torch==$torch+cpu"
elif [[ $answer == *"No matching distribution found"* ]]; then
    echo "--extra-index-url https://download.pytorch.org/whl/cpu torch==$torch+cpu torchvision==$torchvision+cpu"
else
    echo "$answer" >&2
    exit 1
fi
