"""Opens what `slablab export --format all` wrote with the programs of its readers; prints each problem on a line and ends
with 1 if there is any.

    .build/python/bin/python Tests/open_export.py EXPORT_FOLDER [TEXT THAT THE REPORT MUST SHOW ...]
"""

import csv
import importlib.util
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

import jsonschema
import nbclient
import nbformat
import vl_convert

problems = []


def problem(file, what):
    problems.append(f"{file}: {what}")


def run(command, folder=None):
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
    return done.returncode, done.stdout.decode("utf-8", "replace")


def check_csv(folder):
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        path = folder / resource["path"]
        with open(path, newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))
        fields = resource["schema"]["fields"]
        if rows[0] != [field["name"] for field in fields]:
            problem(path, "its header is not what datapackage.json says")
        for field in fields:
            if not field["description"]:
                problem(path, f"column {field['name']} has no meaning")
        kinds = {"integer": int, "number": float, "string": str}
        for row in rows[1:]:
            for field, text in zip(fields, row):
                try:
                    text and kinds[field["type"]](text)
                except ValueError:
                    problem(path, f"column {field['name']} holds {text!r}, no {field['type']}")
    for metric in package["metrics"]:
        if not metric["description"]:
            problem(folder, f"metric {metric['name']} has no meaning")


def check_latex(folder):
    """The first document and the last; the fragments of all are in their folders."""
    documents = sorted(path for path in folder.glob("*.tex") if not path.stem.endswith("-fragment"))
    if not documents:
        problem(folder, "there is no LaTeX document")
    with tempfile.TemporaryDirectory() as out:
        for path in {documents[0], documents[-1]} if documents else ():
            command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-output-directory", out, path.name]
            status, said = run(command, folder)
            if status:
                problem(path, "pdflatex: " + " ".join(line for line in said.splitlines() if line.startswith("!")))
            else:
                check_pdf(pathlib.Path(out) / f"{path.stem}.pdf")


def check_pdf(path):
    status, said = run(["pdfinfo", str(path)])
    if status or not re.search(r"^Pages: +1$", said, re.M):
        problem(path, f"not one page: {said}")


def check_vega(folder):
    package = pathlib.Path(importlib.util.find_spec("altair").origin).parent
    schema = json.loads((package / "vegalite/v5/schema/vega-lite-schema.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft7Validator(schema)
    for path in folder.glob("*.vl.json"):
        specification = json.loads(path.read_text(encoding="utf-8"))
        for error in validator.iter_errors(specification):
            problem(path, f"not Vega-Lite: {error.message[:200]}")
        vl_convert.vegalite_to_svg(specification, vl_version="5.20")


def check_notebook(path):
    notebook = nbformat.read(path, 4)
    nbformat.validate(notebook)
    before = [cell.get("outputs") for cell in notebook.cells]
    nbclient.NotebookClient(notebook, timeout=60, resources={"metadata": {"path": path.parent}}).execute()
    for number, cell in enumerate(notebook.cells):
        if cell.get("outputs") != before[number]:
            problem(path, f"cell {number} gives another output than it was written with")


def browse(path):
    """What a browser shows of a page, says on its console and asks the network for."""
    with tempfile.TemporaryDirectory() as folder:
        log = pathlib.Path(folder) / "net.json"
        command = ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
                   "--disable-component-update", "--disable-sync", "--disable-default-apps", "--no-first-run",
                   f"--user-data-dir={folder}/profile", f"--log-net-log={log}", "--enable-logging=stderr",
                   "--virtual-time-budget=5000", "--dump-dom", path.resolve().as_uri()]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
        shown = done.stdout.decode("utf-8", "replace")
        console = [line for line in done.stderr.decode("utf-8", "replace").splitlines() if "CONSOLE" in line]
        asked = set(re.findall(r'"url":"((?:https?|wss?)://[^"]+)"', log.read_text(encoding="utf-8", errors="replace")))
        return shown, console, asked


def check_report(path, texts):
    # Chromium asks its makers for news of its own; only what it asks when it opens this page counts.
    with tempfile.TemporaryDirectory() as folder:
        empty = pathlib.Path(folder) / "empty.html"
        empty.write_text("<!DOCTYPE html><title>nothing</title>")
        own = browse(empty)[2]
        leak = pathlib.Path(folder) / "leak.html"
        leak.write_text('<!DOCTYPE html><title>leak</title><img src="http://127.0.0.1:9/leak.png">')
        if not any("leak.png" in url for url in browse(leak)[2]):
            problem(path, "a page that does ask the network is not found out, so this check means nothing")
    shown, console, asked = browse(path)
    for line in console:
        problem(path, f"the browser's console says {line}")
    own_hosts = {url.split("/")[2] for url in own}
    for url in asked:
        if url.split("/")[2] not in own_hosts:
            problem(path, f"it asks for {url}")
    for text in texts:
        if text not in shown:
            problem(path, f"the page does not show {text!r}")
    if path.stat().st_size > 5_000_000:
        problem(path, f"{path.stat().st_size} bytes, over 5 MB")


def main(folder, texts):
    formats = {"csv": "*.csv", "pgfplots": "*.tex", "latex": "*.tex", "svg": "*.svg", "pdf": "*.pdf", "png": "*.png",
               "vega-lite": "*.vl.json", "notebook": "*.ipynb", "markdown": "*.md", "html": "*.html"}
    for name, pattern in formats.items():
        if not list((folder / name).glob(pattern)):
            problem(folder / name, f"holds no {pattern}")
    check_csv(folder / "csv")
    for name in ("pgfplots", "latex"):
        check_latex(folder / name)
    for path in (folder / "svg").glob("*.svg"):
        xml.etree.ElementTree.parse(path)
    for path in (folder / "pdf").glob("*.pdf"):
        check_pdf(path)
    for path in (folder / "png").glob("*.png"):
        if path.read_bytes()[:8] != b"\x89PNG\r\n\x1a\n":
            problem(path, "is no PNG")
    check_vega(folder / "vega-lite")
    for path in (folder / "notebook").glob("*.ipynb"):
        check_notebook(path)
    check_report(folder / "html" / "report.html", texts)


if __name__ == "__main__":
    os.environ["JUPYTER_PLATFORM_DIRS"] = "1"
    main(pathlib.Path(sys.argv[1]), sys.argv[2:])
    print("\n".join(problems))
    sys.exit(1 if problems else 0)
