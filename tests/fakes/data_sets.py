"""Where the data sets are that some tests measure on; where one is absent, its tests skip and say so."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

FOLDER = Path(os.environ.get("FOOTBRIDGE_TEST_DATA", Path(__file__).parents[3] / "shared" / "data"))


def data_set(name: str) -> Path:
    """The path of a data set's file or folder; skips the test when it is not there."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"{name} is not in {FOLDER}; set FOOTBRIDGE_TEST_DATA to the folder with the data sets")
    return path
