"""Runs a notebook on a real kernel with nbclient, and says what happened as one JSON document.

usage: python run_notebook.py NOTEBOOK KERNEL SECONDS

Standard error gets a line "cell 3 of 12" as each begins. Standard output gets
{"cells": 12, "outputs": 9, "error": null} or, as "error", {"cell": 3, "name": …, "message": …}.
"""

import json
import os
import sys

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError


def main(path, kernel, seconds):
    notebook = nbformat.read(path, as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    numbers = {cell.id: number for number, cell in enumerate(cells, 1)}
    at = {"number": 0}

    def begin(cell, cell_index):
        if cell.id in numbers:
            at["number"] = numbers[cell.id]
            print(f"cell {at['number']} of {len(cells)}", file=sys.stderr, flush=True)

    client = NotebookClient(
        notebook,
        kernel_name=kernel,
        timeout=float(seconds),
        resources={"metadata": {"path": os.path.dirname(os.path.abspath(path))}},
        on_cell_start=begin,
    )
    try:
        client.execute()
        error = silent_failure(cells)
    except CellExecutionError as problem:
        error = {"cell": at["number"], "name": problem.ename, "message": problem.evalue}
    except Exception as problem:  # a dead kernel, a time-out: a person reads which
        error = {"cell": at["number"], "name": type(problem).__name__, "message": str(problem)}
    outputs = sum(len(cell.outputs) for cell in cells)
    print(json.dumps({"cells": len(cells), "outputs": outputs, "error": error}))


def silent_failure(cells):
    """A cell that nbclient took for run and that was not, or that wrote to standard error."""
    for number, cell in enumerate(cells, 1):
        if cell.execution_count is None and cell.source.strip():
            return {"cell": number, "name": "NotRun", "message": "the kernel did not run this cell"}
        for output in cell.outputs:
            if output.output_type == "stream" and output.name == "stderr":
                return {"cell": number, "name": "stderr", "message": output.text.strip()}
    return None


main(*sys.argv[1:])
