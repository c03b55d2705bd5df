"""Papers opened as the office opens them: printed by LibreOffice, read page by page."""

import subprocess
from pathlib import Path

#: A loaded machine takes its time; nothing waits for longer.
SECONDS = 240


def pdf_pages(file: Path) -> list[str]:
    """The text of every page that `file` prints, white space as one blank."""
    folder = file.parent / "printed"
    profile = f"-env:UserInstallation={(file.parent / 'office').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    subprocess.run([*command, str(file)], check=True, timeout=SECONDS, capture_output=True)
    pdf = folder / f"{file.stem}.pdf"
    said = subprocess.run(
        ["pdftotext", "-layout", str(pdf), "-"], check=True, timeout=SECONDS, capture_output=True
    )
    return [" ".join(page.split()) for page in said.stdout.decode().split("\f")[:-1]]
