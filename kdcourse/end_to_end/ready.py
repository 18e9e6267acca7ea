"""Whether the end-to-end exercises can be graded here, and on which images.

No bar, no points: a measure whose bar nobody measured says nothing about a submission. So this is
asked before anything is executed, and without images or a training where that is possible.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import torch

from kdcourse.course import SUBJECT
from kdcourse.end_to_end.lookup import records
from kdcourse.end_to_end.record import EndToEnd, Training
from kdcourse.end_to_end.thresholds import Bar, BarsError, Circumstances, command, load_bars
from kdlab.data import load_data
from kdlab.errors import DataError
from kdlab.precision import name_of_precision
from kdlab.profiles import Settings, read_settings
from kdlab.teachers.load import find_digest
from kdlab.teachers.shipped import SHIPPED, counts_as

#: What needs neither network nor a file of the user's, and has bars.
ALWAYS_THERE = "digits-m"


def bars_for(record: EndToEnd, here: Circumstances) -> dict[str, Bar]:
    """An exercise's bars by measure, of each measure that gives points.

    Raises
    ------
    BarsError
        If one is missing.
    """
    bars = load_bars(record, here)
    missing = [each.name for each in record.graded if each.name not in bars]
    if missing:
        raise BarsError(
            f"{record.id} cannot be graded on {here.data} ({here.device}): no bar was measured for"
            f" {', '.join(missing)} with this teacher and schedule. Measure it: {command(here)};"
            f" or grade on {ALWAYS_THERE}: KDLAB_DATASET={ALWAYS_THERE}"
        )
    return bars


def this_device() -> torch.device:
    """Where trainings run: on the GPU, if there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def data_set_for(settings: Settings, asked: bool, device: torch.device) -> str:
    """Name of the data set to grade on.

    Parameters
    ----------
    settings : Settings
    asked : bool
        Whether somebody named a data set: then it is that one. Else it is CIFAR-10 on a GPU, as
        in the students' notebooks, if all its bars are there; what has no bars is not chosen.
    device : torch.device
    """
    if asked or device.type == "cpu":
        return settings.dataset
    for shipped in SHIPPED:
        if "cifar10" in shipped.names:
            here = _on(device, shipped.data_set, shipped.sha256)
            if not _without_bars(list(records().values()), here):
                return "cifar10"
    return ALWAYS_THERE


def obstacle(lab: str, environment: Mapping[str, str]) -> str:
    """Why the end-to-end exercises of a lab cannot be graded here; empty if they can.

    Parameters
    ----------
    lab : str
        Name of the assignment.
    environment : mapping
        The variables that say on what to grade.
    """
    its = [each.record for each in SUBJECT.exercises(lab) if isinstance(each, Training)]
    device = this_device()
    settings = read_settings(cuda=device.type == "cuda", environ=environment)
    asked = bool(environment.get("KDLAB_DATASET"))
    try:
        name = data_set_for(settings, asked, device)
        return _without_bars(its, _on(device, *_images_and_teacher(name, settings)))
    except DataError as error:
        if not asked:
            return ""  # then those are taken that are always there
        return f"{error} Or grade on {ALWAYS_THERE}: KDLAB_DATASET={ALWAYS_THERE}"


def remark_on_gpu(environment: Mapping[str, str]) -> str:
    """What to say of a GPU on which nobody named a data set; empty if it is that of the labs."""
    settings = read_settings(cuda=True, environ=environment)
    device = torch.device("cuda")
    name = data_set_for(settings, asked=False, device=device)
    if name == settings.dataset:
        return ""
    return (
        f"The trainings of the end-to-end exercises are graded on {name}, not on"
        f" {settings.dataset} as in the students' notebooks: {settings.dataset} has no measured"
        f" bars here. To measure them: {command(_on(device, settings.dataset, ''))}"
    )


def _without_bars(its: list[EndToEnd], here: Circumstances) -> str:
    """What is to be said of the first exercise that has no bars; empty if all have some."""
    try:
        for record in its:
            bars_for(record, here)
    except BarsError as error:
        return str(error)
    return ""


def _on(device: torch.device, data: str, teacher: str) -> Circumstances:
    return Circumstances(data, device.type, name_of_precision(device), teacher)


@lru_cache(maxsize=4)  # each submission asks
def _images_and_teacher(name: str, settings: Settings) -> tuple[str, str]:
    """The data set whose bars count, and the sha256 of its teacher, if it is trained already."""
    for shipped in SHIPPED:
        if name == shipped.data_set == ALWAYS_THERE:
            return shipped.data_set, shipped.sha256
    data = load_data(name, settings.data_root, url=settings.data_url)
    epochs = settings.profile.teacher_epochs
    return counts_as(data.name, data.digest), find_digest(data, settings.data_root, epochs)
