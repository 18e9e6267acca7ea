"""*Run all* and save: executes a notebook in place, with a Python that has nbclient.

python run_all.py lab1_baseline.ipynb
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

path = Path(sys.argv[1])
notebook = nbformat.read(path, as_version=4)
where = {"metadata": {"path": str(path.parent)}}
client = NotebookClient(notebook, timeout=1800, kernel_name="python3", resources=where)
try:
    client.execute()
except CellExecutionError as error:
    sys.exit(str(error))
finally:
    nbformat.write(notebook, path)
