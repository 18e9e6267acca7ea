"""Names of data sets."""

import pytest

from kdlab.data import NAMES, load_data
from labkit.errors import UnknownNameError


@pytest.mark.parametrize(
    ("name", "nearest"), [("cifar", "cifar10"), ("digits_m", "digits-m"), ("Folder", "folder:PATH")]
)
def test_an_unknown_name_is_answered_with_the_valid_ones_and_the_nearest(tmp_path, name, nearest):
    with pytest.raises(UnknownNameError) as caught:
        load_data(name, tmp_path)
    assert repr(name) in str(caught.value) and f"Did you mean '{nearest}'?" in str(caught.value)
    assert all(valid in str(caught.value) for valid in NAMES)


def test_a_folder_needs_a_path(tmp_path):
    with pytest.raises(UnknownNameError, match="folder:PATH"):
        load_data("folder:", tmp_path)
