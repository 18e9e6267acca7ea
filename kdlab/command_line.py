"""What the library's commands have in common: numbers that must be positive, and the images."""

from __future__ import annotations

import argparse

import torch

from kdlab.data import ImageData, load_data
from kdlab.profiles import Settings, read_settings
from labkit.errors import ConfigurationError


def expect_positive(arguments: argparse.Namespace, *names: str) -> None:
    """Refuse options that are there and not above 0."""
    for name in names:
        value = getattr(arguments, name)
        if value is not None and not value > 0:
            raise ConfigurationError(f"--{name} {value} must be above 0.")


def add_data_set(parser: argparse.ArgumentParser) -> None:
    """The option that names the images."""
    parser.add_argument("--dataset", help="digits-m, cifar10 or folder:PATH (default: the profile)")


def open_data(arguments: argparse.Namespace) -> tuple[Settings, ImageData]:
    """The settings, and the images on the GPU if there is one."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    settings = read_settings(cuda=device.type == "cuda")
    name = arguments.dataset or settings.dataset
    return settings, load_data(name, settings.data_root, device, url=settings.data_url)
