"""The version, alone: read by the build and by `convene --version` without importing anything else."""

__version__ = "0.1.0"
