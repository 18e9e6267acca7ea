"""What other editors and platforms make of a notebook, and of its file."""

import json

import nbformat

from broken.edits import colab, strip
from broken.lab import named
from broken.register import broken, cells_of

OUTPUT = {"output_type": "stream", "name": "stdout", "text": ["1\n"]}


@cells_of("saved by Deepnote @ whole notebook")
def saved_by_deepnote(lab, notebook):
    notebook.metadata = {
        "deepnote": {"is_reactive": False},
        "deepnote_notebook_id": "c0ffee",
        "orig_nbformat": 2,
    }
    for number, cell in enumerate(notebook.cells):
        cell.metadata |= {
            "cell_id": f"{number:032x}",
            "deepnote_cell_type": cell.cell_type,
            "source_hash": None,
            "execution_start": 1700000000000,
        }
    notebook.cells.append(nbformat.v4.new_markdown_cell(
        "<a href='https://deepnote.com'>Created in deepnote.com</a>",
        metadata={"created_in_deepnote_cell": True}))  # fmt: skip


@cells_of("saved by a classic editor @ whole notebook")
def saved_by_classic_jupyter(lab, notebook):
    notebook["nbformat_minor"] = 2
    notebook.metadata |= {
        "toc": {"base_numbering": 1},
        "varInspector": {"cols": {}},
        "celltoolbar": "Create Assignment",
    }
    for cell in notebook.cells:
        del cell["id"]
        cell.metadata |= {"ExecuteTime": {"start_time": "x"}, "collapsed": False, "scrolled": 1}


@cells_of("saved by DataSpell @ whole notebook")
def saved_by_pycharm(lab, notebook):
    for cell in notebook.cells:
        cell.metadata |= {"pycharm": {"name": "#%%\n", "is_executing": False}}
        cell["id"] = cell["id"].upper()[:8]


@cells_of("saved by SageMaker @ whole notebook")
def saved_by_sagemaker(lab, notebook):
    notebook.metadata["instance_type"] = "ml.t3.medium"
    notebook.metadata["availableInstances"] = [{"_defaultOrder": n} for n in range(40)]
    notebook.metadata["kernelspec"] = {"name": "python3__SAGEMAKER_INTERNAL__arn:aws"}


@cells_of("saved by Databricks @ whole notebook")
def saved_by_databricks(lab, notebook):
    notebook.metadata["application/vnd.databricks.v1+notebook"] = {"language": "python"}
    for cell in notebook.cells:
        cell.metadata["application/vnd.databricks.v1+cell"] = {"title": "", "showTitle": False}


@cells_of("saved by Hydrogen and nteract @ whole notebook")
def saved_by_nteract(lab, notebook):
    notebook.metadata["nteract"] = {"version": "0.28.0"}
    for cell in notebook.cells:
        cell.metadata |= {"outputExpanded": False, "inputHidden": False, "hidden": True}


@cells_of("saved by Colab with outputs @ whole notebook")
def saved_by_colab_with_outputs(lab, notebook):
    saved = colab(notebook)
    for cell in saved["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [dict(OUTPUT), {"output_type": "error", "ename": "NameError",
                               "evalue": "x", "traceback": ["\x1b[31m"]}]  # fmt: skip
            cell["metadata"]["executionInfo"] = {"status": "ok", "user": {"displayName": "홍길동"}}
    saved["metadata"]["widgets"] = {
        "application/vnd.jupyter.widget-state+json": {"a1": {"model_module": "x"}}
    }
    return saved


@cells_of("copied cells in Colab @ whole notebook")
def duplicated_in_colab(lab, notebook):
    saved = colab(notebook)
    saved["cells"] += [json.loads(json.dumps(cell)) for cell in saved["cells"][3:6]]
    return saved


@cells_of("forms hidden in Colab @ code cells")
def forms_hidden(lab, notebook):
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.metadata["cellView"] = "form"
            cell.source = f"#@title {cell.id}\n{cell.source}"


@cells_of("format 4.0 with ids @ whole notebook")
def minor_version_zero_with_ids(lab, notebook):
    notebook["nbformat_minor"] = 0


@cells_of("a format of the future @ whole notebook")
def format_of_the_future(lab, notebook):
    notebook["nbformat_minor"] = 42
    for cell in notebook.cells:
        cell["origin"] = {"x": 1}


@cells_of("version as text @ whole notebook")
def version_as_text(lab, notebook):
    notebook["nbformat"], notebook["nbformat_minor"] = "4", "5"


@cells_of("in an older list @ worksheets")
def cells_in_worksheets(lab, notebook):
    return json.loads(nbformat.v3.writes_json(nbformat.convert(notebook, 3))) | {"nbformat": 3}


@cells_of("outputs of all kinds @ code cells")
def outputs_of_all_kinds(lab, notebook):
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell["outputs"] = [OUTPUT, {"output_type": "pyout"}, None, 3, {"data": {}}]
            cell["execution_count"] = "12"


@cells_of("outputs @ text cells")
def outputs_of_texts(lab, notebook):
    for cell in notebook.cells:
        cell["outputs"], cell["execution_count"] = [dict(OUTPUT)], 3


@cells_of("a collaborative editor @ ids and metadata")
def ids_of_a_collaborative_editor(lab, notebook):
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"{number:08x}-aaaa-bbbb-cccc-0123456789ab"
        cell.metadata["trusted"] = True
        cell.metadata["editable"] = cell.metadata["deletable"] = False


@cells_of("long ids @ every cell")
def ids_too_long(lab, notebook):
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"{number:0100d}"


@cells_of("translated by a browser @ texts")
def translated_by_the_browser(lab, notebook):
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and "answer-" not in cell.id:
            cell.source = cell.source.replace("Write", "쓰다").replace("integers", "정수")


@cells_of("spelling corrected @ names of cells")
def names_in_capitals(lab, notebook):
    for cell in notebook.cells:
        found = cell.metadata.get("nbgrader")
        if found:
            found["grade_id"] = found["grade_id"].upper() + " "


@cells_of("lost and split @ whole notebook")
def names_lost_after_a_merge_conflict(lab, notebook):
    strip(notebook)
    notebook.cells.insert(5, nbformat.v4.new_markdown_cell("<<<<<<< HEAD"))
    notebook.cells.insert(7, nbformat.v4.new_markdown_cell("=======\n>>>>>>> main"))


@broken("exported as a script @ in the notebook's place", None)
def exported_as_a_script(lab, folder):
    code = [cell.source for cell in lab.solved().cells if cell.cell_type == "code"]
    lab.write(folder, "# %%\n" + "\n\n# %%\n".join(code), f"{lab.name}.py")


@broken("exported as a page @ in the notebook's place", None)
def exported_as_a_page(lab, folder):
    page = named(lab.solved(), "1-1").source
    lab.write(folder, f"<!DOCTYPE html><pre>{page}</pre>", f"{lab.name}.html")


@broken("a list of cells @ whole file", None)
def list_of_cells(lab, folder):
    lab.write(folder, json.dumps(list(lab.solved().cells)))


@broken("JSON in JSON @ whole file", None)
def json_in_json(lab, folder):
    lab.write(folder, json.dumps(json.dumps(lab.solved())))


@broken("a pointer of Git LFS @ whole file", None)
def pointer_of_git(lab, folder):
    lab.write(folder, "version https://git-lfs.github.com/spec/v1\noid sha256:12\nsize 12345\n")


@broken("a shortcut of a drive @ in the notebook's place", None)
def shortcut_of_a_drive(lab, folder):
    lab.write(folder, '{"url": "https://colab.research.google.com/drive/1"}', f"{lab.name}.gdoc")


@broken("the checkpoint alone @ in the notebook's place", None)
def checkpoint_alone(lab, folder):
    lab.write(folder, lab.solved(), f".ipynb_checkpoints/{lab.name}-checkpoint.ipynb")
