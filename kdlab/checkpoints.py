"""A training that was interrupted goes on where it stopped.

After each epoch the weights, the optimizer's state and the history are written to a safetensors
file, atomically, into one of two slots in turn: if the machine dies while one is written, the other
is still whole. When the training ends, both are removed. No random state is stored: the order of
the images and the dropout of an epoch follow from the seed and the number of the epoch.
"""

from __future__ import annotations

from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn, optim

from kdlab.errors import CheckpointError
from kdlab.history import History
from labkit.storage import atomic_write

DRIVE = Path("/content/drive/MyDrive")


def checkpoint_folder(data_root: Path, drive: Path = DRIVE) -> Path:
    """Where checkpoints go: Google Drive where it is mounted (Colab), else below the data root.

    What Colab's own disk holds is gone after a disconnection; only Drive outlives it.
    """
    return drive / "kdlab" / "checkpoints" if drive.is_dir() else data_root / "checkpoints"


class Checkpoints:
    """The two slots of one training.

    Parameters
    ----------
    folder : Path
        Where the files go; made if it is missing.
    name : str
        Name of the training, part of the file names.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self.slots = [folder / f"{name}.{slot}.safetensors" for slot in "ab"]

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

    def clear(self) -> None:
        """Remove both slots: the training is finished."""
        for slot in self.slots:
            slot.unlink(missing_ok=True)


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
        print(f"The checkpoint {slot} is damaged and is left out ({error}).")
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
