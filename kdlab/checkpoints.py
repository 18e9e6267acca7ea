"""A training that was interrupted goes on where it stopped.

After each epoch the weights, the optimizer's state and the history are written to a safetensors
file, atomically, into one of two slots in turn: if the machine dies while one is written, the other
is still whole. When the training ends, both are removed. No random state is stored: the order of
the images and the dropout of an epoch follow from the seed and the number of the epoch.

A training that has ended is kept under its fingerprint, if that is wished: run once more, the same
training is read in place of being done again.
"""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn, optim

from kdlab.errors import CheckpointError
from kdlab.history import History
from labkit.language import say
from labkit.storage import atomic_write


def checkpoint_folder(data_root: Path) -> Path:
    """Where checkpoints go."""
    return data_root / "checkpoints"


class Checkpoints:
    """The two slots of one training, and where it is kept once it has ended.

    Parameters
    ----------
    folder : Path
        Where the files go; made if it is missing.
    name : str
        Name of the training, part of the file names.
    keep : int, default 0
        How many finished trainings of this name are kept, the newest ones.
    """

    def __init__(self, folder: Path, name: str, keep: int = 0) -> None:
        self.slots = [folder / f"{name}.{slot}.safetensors" for slot in "ab"]
        self.folder, self.name, self.keep = folder / "finished", name, keep

    def save(
        self, fingerprint: str, model: nn.Module, optimizer: optim.Optimizer, history: History
    ) -> None:
        """Write the state after an epoch into the slot whose turn it is."""
        tensors = {f"model.{name}": tensor for name, tensor in model.state_dict().items()}
        for index, state in optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer.{index}.{name}": value for name, value in state.items()}
        content = save(
            {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()},
            metadata={"fingerprint": fingerprint, "history": history.to_json()},
        )
        slot = self.slots[len(history) % 2]
        try:
            with atomic_write(slot) as partial:
                partial.write_bytes(content)
        except OSError as error:  # a full disk must not end a training that runs well
            print(f"Epoch {len(history)} is not stored ({error}); the one before is kept.")

    def restore(
        self, fingerprint: str, model: nn.Module, optimizer: optim.Optimizer
    ) -> History | None:
        """Load the newest whole state of this training into model and optimizer.

        Returns
        -------
        History or None
            What was trained already, or None if there is nothing that can be resumed.
        """
        states = [state for slot in self.slots if (state := _read(slot, fingerprint))]
        if not states:
            return None
        history, tensors = max(states, key=lambda state: len(state[0]))
        _load(tensors, model, optimizer)
        return history

    def finished(self, fingerprint: str, model: nn.Module, title: str) -> History | None:
        """Load the end of this very training, if it is kept, and say from when it is."""
        found = _read(self._kept(fingerprint), fingerprint) if self.keep else None
        if found is None:
            return None
        history, tensors = found
        model.load_state_dict({name.removeprefix("model."): x for name, x in tensors.items()})
        model.train()  # as a training leaves it
        when, seconds = _clock(self._kept(fingerprint).stat().st_mtime), history.seconds
        say(
            f"{title or '이 학습'}: {when}에 끝난 학습을 그대로 씁니다({seconds:.0f}초 절약).",
            f"{title or 'This training'}: kept from {when} ({seconds:.0f} s saved).",
        )
        history.title = title
        return history

    def finish(self, fingerprint: str, model: nn.Module, history: History) -> None:
        """The training has ended: keep its end, if that is wished, and remove both slots."""
        if self.keep:
            tensors = {f"model.{name}": value for name, value in model.state_dict().items()}
            content = save(
                {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()},
                metadata={"fingerprint": fingerprint, "history": history.to_json()},
            )
            try:
                with atomic_write(self._kept(fingerprint)) as partial:
                    partial.write_bytes(content)
                self._prune()
            except OSError as error:
                print(f"The end of this training is not stored ({error}).")
        self.clear()

    def clear(self) -> None:
        """Remove both slots."""
        for slot in self.slots:
            with contextlib.suppress(OSError):
                slot.unlink(missing_ok=True)

    def _kept(self, fingerprint: str) -> Path:
        return self.folder / f"{self.name}.{fingerprint}.safetensors"

    def _prune(self) -> None:
        """Remove the oldest ones of this name."""
        there = sorted(self.folder.glob(f"{self.name}.*.safetensors"), key=_written)
        for path in there[: -self.keep]:
            path.unlink(missing_ok=True)


def _written(path: Path) -> float:
    with contextlib.suppress(OSError):
        return path.stat().st_mtime
    return 0.0  # another kernel removed it just now


def _clock(seconds: float) -> str:
    """A time as one says it: of today the clock alone."""
    then, today = time.localtime(seconds), time.localtime()
    return time.strftime("%H:%M" if then[:3] == today[:3] else "%Y-%m-%d %H:%M", then)


def _read(slot: Path, fingerprint: str) -> tuple[History, dict[str, Tensor]] | None:
    """History and tensors of a slot, or None if it is absent, damaged or of another training."""
    if not slot.exists():
        return None
    try:
        with safe_open(slot, framework="pt") as file:
            metadata = file.metadata() or {}
            if metadata.get("fingerprint") != fingerprint:
                return None
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        print(f"The checkpoint {slot.name} is damaged and is left out ({error}).")
        return None
    return History.from_json(metadata["history"]), tensors


def _load(tensors: dict[str, Tensor], model: nn.Module, optimizer: optim.Optimizer) -> None:
    """Put stored tensors where they came from."""
    weights: dict[str, Tensor] = {}
    states: dict[int, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        kind, _, rest = name.partition(".")
        if kind == "model":
            weights[rest] = tensor
        else:
            index, _, key = rest.partition(".")
            states.setdefault(int(index), {})[key] = tensor
    try:
        model.load_state_dict(weights)
    except RuntimeError as error:
        raise CheckpointError(f"The checkpoint does not fit the network: {error}") from error
    optimizer.load_state_dict({**optimizer.state_dict(), "state": states})
