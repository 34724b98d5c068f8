"""What an office program makes of a Word file: LibreOffice writes it as PDF, poppler reads that."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest


def converted(data: bytes, folder: Path) -> Path:
    """The PDF of a .docx. Skips where LibreOffice Writer or poppler is missing, and says which."""
    office, reader = shutil.which("soffice"), shutil.which("pdftotext")
    if office is None or not (Path(office).resolve().parent / "libswlo.so").exists():
        pytest.skip("这台机器没有 LibreOffice Writer（apt install libreoffice-writer-nogui）")
    if reader is None:
        pytest.skip("这台机器没有 pdftotext（apt install poppler-utils）")
    path = folder / "paper.docx"
    path.write_bytes(data)
    command = [office, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf"]
    subprocess.run([*command, "--outdir", str(folder), str(path)], check=True, capture_output=True, timeout=180)
    return folder / "paper.pdf"


def _said(*command: str | Path) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


def pages_of(pdf: Path) -> int:
    return int(re.search(r"Pages:\s+(\d+)", _said("pdfinfo", pdf))[1])


def fonts_of(pdf: Path) -> list[str]:
    return [line.split()[0] for line in _said("pdffonts", pdf).splitlines()[2:]]


def text_of(pdf: Path) -> str:
    return _said("pdftotext", "-layout", pdf, "-")


def characters_of_lines(pdf: Path) -> list[list[int]]:
    """Page by page, how many Chinese characters each line holds; the page number is left out."""
    pages = text_of(pdf).split("\f")
    counts = [[len(re.findall(r"[\u4e00-\u9fff]", line)) for line in page.splitlines()] for page in pages]
    return [[count for count in page if count] for page in counts if any(page)]
