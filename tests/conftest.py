"""What every test shares: one thread for torch, no stray settings, small images and networks."""

import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from hypothesis import settings
from torch import nn

from kdlab.data import ImageData, Split

torch.set_num_threads(1)  # tests run side by side
settings.register_profile("any-machine", deadline=None)  # no test is timed
settings.load_profile("any-machine")


# A developer's own settings of the course or the grader must not change what is tested, nor what
# a fixture of a whole session makes: they are gone before the first of them.
for name in list(os.environ):
    if name.startswith(("KDLAB_", "LABKIT_", "AUTOGRADER_")):
        del os.environ[name]


@pytest.fixture(autouse=True)
def same_folder():
    """A test that leaves the process in another folder would decide what the next one finds."""
    before = os.getcwd()
    yield
    assert os.getcwd() == before


@pytest.fixture
def stand_in(monkeypatch):
    """Replaces names of a library's module for one of our modules, and for nobody else.

    Replaced in the library itself, they would also answer whoever comes between: a folder that is
    swept, a logger, a thread of Dask.
    """

    def replace(ours, library: str, **names):
        module = sys.modules[ours] if isinstance(ours, str) else ours
        known = vars(getattr(module, library))
        monkeypatch.setattr(module, library, SimpleNamespace(**{**known, **names}))

    return replace


def make_split(n: int, first_id: int, seed: int) -> Split:
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(n) % 4
    images = torch.randint(0, 256, (n, 3, 32, 32), dtype=torch.uint8, generator=generator)
    for image, label in zip(images, labels.tolist(), strict=True):  # something that can be learnt
        row, column = divmod(label, 2)
        image[:, 16 * row : 16 * row + 16, 16 * column : 16 * column + 16] = 255
    return Split(
        images=images,
        labels=labels,
        mean=torch.full((3,), 0.5),
        std=torch.full((3,), 0.25),
        ids=torch.arange(first_id, first_id + n),
    )


@pytest.fixture
def small_data() -> ImageData:
    """Four classes; 100 training, 20 validation and 30 test images."""
    train = make_split(100, 0, 1)
    return ImageData(
        name="small",
        classes=("a", "b", "c", "d"),
        mean=train.mean,
        std=train.std,
        train=train,
        validation=make_split(20, 100, 2),
        test=make_split(30, 120, 3),
        digest="0123456789abcdef",
    )


@pytest.fixture
def small_network() -> nn.Module:
    """A linear classifier with dropout, made from seed 0."""
    torch.manual_seed(0)
    return nn.Sequential(
        nn.AvgPool2d(8), nn.Flatten(), nn.Linear(48, 16), nn.Dropout(0.5), nn.Linear(16, 4)
    )


@pytest.fixture(scope="session")
def written_to_stderr():
    """What the cells of an executed notebook wrote to the error stream, with their sources."""

    def written(notebook):
        return [
            (cell.source, output.text)
            for cell in notebook.cells
            for output in cell.get("outputs", [])
            if output.output_type == "stream" and output.name == "stderr"
        ]

    return written


@pytest.fixture(scope="session")
def make_pages():
    """Makes the pages that show an autograded notebook: of feedback, and of the formgrader."""
    from nbconvert.exporters import HTMLExporter
    from nbgrader.server_extensions.formgrader import handlers
    from traitlets.config import Config

    from autograder.marks.feedback import TableStyle
    from autograder.marks.overview import Overview
    from autograder.rendering import FeedbackExporter

    def exporter(kind, *steps):
        config = Config()
        config.Exporter.default_preprocessors = []
        config.HTMLExporter.template_name = "formgrade"
        config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
        styles = "node_modules/bootstrap/dist/css"
        config.HTMLExporter.extra_template_paths = [os.path.join(handlers.static_path, styles)]
        made = kind(config=config)
        for step in ("nbconvert.preprocessors.CSSHTMLHeaderPreprocessor", TableStyle, *steps):
            made.register_preprocessor(step, enabled=True)
        return made

    exporters = [exporter(FeedbackExporter, Overview), exporter(HTMLExporter)]
    # What nbgrader's steps and its server know of a submission.
    known = {
        "nbgrader": {"score": 0, "max_score": 4, "late_penalty": 0, "notebook": "lab"},
        **{"assignment_id": "lab", "notebook_id": "lab", "submission_id": "x", "base_url": ""},
        **{"index": 0, "total": 1, "student": "mina", "notebook_path": "lab.ipynb"},
        **{"first_name": "Mina", "last_name": "Kim"},
    }

    def make(notebook):
        for cell in notebook.cells:
            if cell.metadata.get("nbgrader"):
                cell.metadata.nbgrader.update(score=0, comment="")
        return [each.from_notebook_node(notebook, resources={**known})[0] for each in exporters]

    return make


@pytest.fixture(scope="module")
def browser():
    """A headless Chromium that logs errors and requests, and reaches this machine alone."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    chromium, driver = (shutil.which(name) for name in ("chromium", "chromedriver"))
    if not (chromium and driver):
        pytest.skip("no Chromium here: no page is opened (Debian: chromium chromium-driver)")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for each in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage"):
        options.add_argument(each)
    options.add_argument("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    found = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    yield found
    found.quit()


@pytest.fixture(scope="module")
def serve():
    """Starts JupyterLab in a folder; gives its address and the token for it."""
    started = []

    def start(folder, token="only-for-this-test"):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [
            *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
            *(f"--ServerApp.port={port}", f"--IdentityProvider.token={token}"),
            "--ServerApp.port_retries=0",
        ]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        started.append(subprocess.Popen(command, cwd=Path(folder), env=environment, **silent))
        deadline = time.monotonic() + 120
        while started[-1].poll() is None and time.monotonic() < deadline:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                return SimpleNamespace(address=f"http://127.0.0.1:{port}", token=token)
            time.sleep(0.1)
        raise AssertionError("JupyterLab did not start")

    yield start
    for process in started:
        process.terminate()
        process.wait(30)
