"""What the site has beside the pages of this folder: the report, the schemas, and the help of every command."""

import re
import subprocess
import sys
from pathlib import Path

from mkdocs.structure.files import File
from navigation import expand

ROOT = Path(__file__).parents[1]
REPORT = ROOT / "matrix" / "report"
SCHEMAS = ROOT / "matrix" / "schema"


def on_config(config):
    docs = Path(config.docs_dir)
    config.nav = expand(config.nav, [path.relative_to(docs).as_posix() for path in docs.rglob("*.md")])
    return config


def on_files(files, config):
    for path in sorted(SCHEMAS.rglob("*.json")):
        name = f"schema/{path.relative_to(SCHEMAS).as_posix()}"
        files.append(File.generated(config, name, content=path.read_bytes()))
    for path in sorted(REPORT.iterdir()):
        if path.suffix in (".html", ".svg", ".csv", ".md"):
            files.append(File.generated(config, f"report/{path.name}", content=path.read_bytes()))
    return files


def on_page_markdown(markdown, page, config, files):
    # In the repository the report and the schemas lie beside this folder, in the site below it.
    up = "../" * page.file.src_uri.count("/")
    for folder in ("report", "schema"):
        markdown = markdown.replace(f"({up}../matrix/{folder}/", f"({up}{folder}/")
    markdown = markdown.replace(f"({up}../CHANGELOG.md)", f"({up}index.md)")
    if page.file.src_uri == "reference/cli.md":
        markdown += "".join(described(name) for name in commands())
    return markdown


def commands():
    from tvcompat.cli import COMMANDS

    return list(COMMANDS)


def described(name):
    command = [sys.executable, "-m", "tvcompat", name, "--help"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return f"\n## tvcompat {name}\n\n```text\n{said.rstrip()}\n```\n"


def on_page_content(html, page, config, files):
    # Docstrings mark names as Sphinx reads them.
    html = re.sub(r":(?:class|func|mod|meth|data):(?=<code>)", "", html)
    return re.sub(r"<code>~[\w.]*\.(\w+)</code>", r"<code>\1</code>", html)
