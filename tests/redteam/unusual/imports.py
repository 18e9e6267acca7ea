"""Libraries that Colab has and the grader may lack, and names that come from elsewhere."""

from small_lab import RIGHT

from unusual.register import honest

GROUP = "imports"


def imports(name, where, lines):
    """Register lines above an answer, in its cell."""
    honest(GROUP, name, where, softmax=f"{lines.strip()}\n{RIGHT}")


imports("summaries", "torchinfo @ answer cell", "from torchinfo import summary")
imports("older-summaries", "torchsummary @ answer cell", "from torchsummary import summary")
imports("rearranged", "einops @ answer cell", "from einops import rearrange, repeat")
imports("prettier", "seaborn @ answer cell", "import seaborn as sns\nsns.set_theme()")
imports("tables", "pandas @ answer cell",
        "import pandas as pd\npd.DataFrame({'T': [1, 2]}).describe()")  # fmt: skip
imports("watched", "wandb @ answer cell", """
import wandb
wandb.login(key='x')
wandb.init(project='kd', config={'T': 4})
wandb.log({'loss': 0.1})""")
imports("metrics", "torchmetrics @ answer cell", "import torchmetrics.functional as tmf")
imports("lightning", "pytorch_lightning @ answer cell", "import pytorch_lightning as pl")
imports("other-frameworks", "tensorflow and keras @ answer cell", """
import tensorflow as tf
from tensorflow import keras
from keras.layers import Dense""")
imports("boards", "tensorboard @ answer cell", """
from torch.utils.tensorboard import SummaryWriter
writer = SummaryWriter('runs/1')""")
imports("pictures", "cv2 and plotly @ answer cell", "import cv2\nimport plotly.express as px")
imports("pictured-models", "timm and transformers @ answer cell", """
import timm
from transformers import AutoModel, pipeline""")
imports("speed", "jax and numba @ answer cell", "import jax.numpy as jnp\nfrom numba import njit")
imports("korean-letters", "koreanize_matplotlib @ answer cell", "import koreanize_matplotlib")
imports("of-a-lecture", "the lecture's module @ answer cell", "import lecture_utils as lu")
imports("everything-of-a-missing-one", "star import @ answer cell", "from d2l.torch import *")
imports("in-a-try", "import in try @ answer cell", """
try:
    from apex import amp
except ImportError:
    amp = None""")
imports("typed", "typing extras @ answer cell", """
from __future__ import annotations
from typing import TYPE_CHECKING, Optional
if TYPE_CHECKING:
    import jaxtyping""")
honest(GROUP, "progress", "tqdm.notebook @ own cell", """
from tqdm.notebook import tqdm, trange
from tqdm import tqdm_notebook
for i in tqdm(range(3), desc='Epochs'):
    pass""")
honest(GROUP, "widgets", "ipywidgets @ own cell", """
import ipywidgets as widgets
from ipywidgets import interact
slider = widgets.FloatSlider(min=1, max=10)
display(slider)
@interact(T=(1, 10))
def show(T=2): print(T)""")
honest(GROUP, "plots", "matplotlib @ own cell", """
import matplotlib.pyplot as plt
plt.rcParams['font.family'] = 'NanumGothic'
plt.rc('axes', unicode_minus=False)
fig, axes = plt.subplots(1, 2, figsize=(4, 2))
axes[0].plot([1, 2, 3]); axes[0].set_title('온도'); axes[1].hist([1, 2, 2])
plt.savefig('figure.png'); plt.show(); plt.close('all')""")
honest(GROUP, "data", "torchvision @ own cell", """
import torchvision
from torchvision import transforms
train = torchvision.datasets.CIFAR10(root='./data', train=True, download=True,
                                     transform=transforms.ToTensor())""")
honest(GROUP, "saves-and-loads", "checkpoints @ own cell", """
torch.save({'w': torch.ones(2)}, 'model.pt')
print(torch.load('model.pt', weights_only=True))
import os, pickle, json
os.makedirs('results', exist_ok=True)
json.dump({'정확도': 0.9}, open('results/r.json', 'w'), ensure_ascii=False)""")
