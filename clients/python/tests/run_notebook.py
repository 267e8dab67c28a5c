"""Runs the cells of a notebook in the current folder; fails where one does. Usage: run_notebook.py NOTEBOOK"""
import sys

import nbformat
from nbclient import NotebookClient

NotebookClient(nbformat.read(sys.argv[1], as_version=4), timeout=600, kernel_name="python3").execute()
