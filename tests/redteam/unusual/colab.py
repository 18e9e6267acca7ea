"""What people write in Colab: mounted drives, installations, forms, magics, timings."""

from unusual.register import honest

GROUP = "colab"
BODY = "def softmax_with_temperature(logits, T):\n    return F.softmax(logits / T, dim=1)\n"

honest(GROUP, "mounts-a-drive", "google.colab @ own cell", """
from google.colab import drive
drive.mount('/content/drive', force_remount=True)
%cd /content/drive/MyDrive/lab""")
honest(GROUP, "mounts-a-drive-in-an-answer", "google.colab @ answer cell", softmax=f"""
from google.colab import drive
drive.mount('/content/drive')
{BODY}""")
honest(GROUP, "uploads-and-downloads", "google.colab files @ own cell", """
from google.colab import files
uploaded = files.upload()
for name in uploaded:
    print(name)
files.download('lab.ipynb')""")
honest(GROUP, "clears-outputs", "google.colab output @ answer cell", softmax=f"""
from google.colab import output
output.clear()
{BODY}""")
honest(GROUP, "asks-for-a-secret", "google.colab userdata @ own cell", """
from google.colab import userdata, auth
auth.authenticate_user()
key = userdata.get('WANDB_API_KEY')""")
honest(GROUP, "asks-whether-it-is-colab", "google.colab in try @ answer cell", softmax=f"""
try:
    import google.colab
    IN_COLAB = True
except ImportError:
    IN_COLAB = False
{BODY}""")
honest(GROUP, "shows-a-picture-as-colab-does", "google.colab.patches @ own cell", """
from google.colab.patches import cv2_imshow
import os
os.chdir('/content')""")
honest(GROUP, "installs-quietly", "installation @ own cell", """
!pip install -q torchinfo wandb
%pip install einops
!apt-get -qq install -y fonts-nanum
!wget -q https://example.org/data.zip && unzip data.zip""")
honest(GROUP, "installs-in-an-answer", "installation @ answer cell", softmax=f"""
!pip install -q torchmetrics
{BODY}""")
honest(GROUP, "looks-at-the-machine", "shell @ answer cell", softmax=f"""
!nvidia-smi
!ls -la /content
{BODY}""")
honest(GROUP, "forms", "parameters of a form @ answer cell", softmax=f"""
#@title Exercise 2-1 {{ run: "auto", vertical-output: true, display-mode: "form" }}
temperature = 4 #@param {{type:"slider", min:1, max:20, step:1}}
name = "홍길동" #@param {{type:"string"}}
{BODY}""")
honest(GROUP, "markdown-in-a-form", "text of a form @ own cell", """
#@markdown ---
#@markdown ### 결과를 적으세요
use_it = True #@param {type:"boolean"}""")
honest(GROUP, "captured", "%%capture @ own cell", "%%capture captured\nprint(1)\n!pip list")
honest(GROUP, "captured-answer", "%%capture @ answer cell", softmax=f"%%capture\n{BODY}")
honest(GROUP, "timed-answer", "%%time @ answer cell", softmax=f"%%time\n{BODY}")
honest(GROUP, "timed-answer-after-blank-lines", "%%timeit @ own cell", """
%%timeit -n 1 -r 1
torch.ones(3).sum()""", softmax=f"%%time\n\n{BODY}\nprint(1)")
honest(GROUP, "a-timed-line", "%time @ answer cell", softmax=BODY + """
%time _ = softmax_with_temperature(torch.randn(4, 10), 2.0)
%timeit -n 1 -r 1 softmax_with_temperature(torch.randn(4, 10), 2.0)""")
honest(GROUP, "tensorboard", "extension @ own cell", """
%load_ext tensorboard
%load_ext autoreload
%autoreload 2
%tensorboard --logdir runs
%matplotlib inline
%config InlineBackend.figure_format = 'retina'""")
honest(GROUP, "a-table-extension", "extension @ answer cell", softmax=f"""
%load_ext google.colab.data_table
{BODY}""")
honest(GROUP, "a-shell-cell", "%%bash @ own cell", "%%bash\nmkdir -p out\necho ok > out/a.txt")
honest(GROUP, "a-page-cell", "%%html @ own cell", "%%html\n<style>.x {color: red}</style>")
honest(GROUP, "help", "question marks @ answer cell", softmax=BODY + "\nF.softmax?\n?torch.exp")
honest(GROUP, "a-helper-written-by-a-cell", "%%writefile @ own cell", """
%%writefile helpers.py
from torch.nn import functional as F
def soft(z, T):
    return F.softmax(z / T, dim=1)""", softmax="""
from helpers import soft
def softmax_with_temperature(logits, T):
    return soft(logits, T)""")
honest(GROUP, "a-helper-run-by-a-cell", "%run @ answer cell", softmax="""
%run helpers.py
def softmax_with_temperature(logits, T):
    return soft(logits, T)""", files=lambda folder: (folder / "helpers.py").write_text(
    "from torch.nn import functional as F\nsoft = lambda z, T: F.softmax(z / T, dim=1)\n"))
honest(GROUP, "a-helper-in-drive", "sys.path of a drive @ own cell", """
import sys
sys.path.insert(0, '/content/drive/MyDrive/lab')
sys.path.append('.')""", softmax="""
from helpers import soft
def softmax_with_temperature(logits, T):
    return soft(logits, T)""", files=lambda folder: (folder / "helpers.py").write_text(
    "import torch\ndef soft(z, T):\n    return torch.softmax(z / T, 1)\n"))
honest(GROUP, "a-package-beside", "folder of modules @ files beside", softmax="""
from mine.losses import soft, squares
def softmax_with_temperature(logits, T):
    return soft(logits, T)""", mse="def mse(x, y):\n    return squares(x, y)\n",
       files=lambda folder: [
           (folder / "mine").mkdir(),
           (folder / "mine" / "__init__.py").write_text("from .losses import *\n"),
           (folder / "mine" / "losses.py").write_text(
               "import torch\ndef soft(z, T):\n    return torch.softmax(z / T, 1)\n"
               "def squares(x, y):\n    return ((x - y) ** 2).mean()\n")])  # fmt: skip
