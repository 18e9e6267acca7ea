"""Every hostile submission of ``tests/redteam/hostile`` gets what its honest code earns."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "redteam"))

from grading import canaries, grade_ours
from hostile import ATTACKS


def test_there_are_enough_of_each_kind():
    groups = {attack.group for attack in ATTACKS}
    assert groups == {"interpreter", "bridge", "kernel", "files", "network", "metadata"}
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS) >= 50


@pytest.mark.slow
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: f"{attack.group}-{attack.name}")
def test_it_gets_what_it_deserves(attack, tmp_path):
    canaries(tmp_path)
    outcome = grade_ours(attack, tmp_path)
    assert outcome.error == ""
    assert outcome.points == dict(attack.points)
    assert outcome.leaks == []
    assert outcome.survivors == []
