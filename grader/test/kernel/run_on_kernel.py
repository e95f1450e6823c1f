"""Executes a notebook by nbclient on the real kernel "ormlet".

Usage: python run_on_kernel.py NOTEBOOK [SECONDS]

Prints the executed notebook as JSON: {"error": null or text, "notebook": …}. SECONDS is the limit of
each cell. The notebook's file is not changed.
"""

import json
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

path = Path(sys.argv[1]).resolve()
seconds = int(sys.argv[2]) if len(sys.argv) > 2 else 60
notebook = nbformat.read(path, as_version=4)
client = NotebookClient(
    notebook,
    kernel_name="ormlet",
    timeout=seconds,
    resources={"metadata": {"path": str(path.parent)}},
)
error = None
try:
    client.execute()
except (CellExecutionError, CellTimeoutError, DeadKernelError) as failure:
    error = f"{type(failure).__name__}: {failure}"
print(json.dumps({"error": error, "notebook": notebook}))
