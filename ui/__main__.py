"""`python -m ui`: serves the chat page."""

from __future__ import annotations

import sys
from ipaddress import ip_address
from pathlib import Path

from index.errors import CitewiseError
from rag.settings import Settings

# Ink on warm paper; by night the other way round.
THEME = {
    "theme.baseRadius": "0.6rem",
    "theme.headingFont": "serif",
    "theme.light.primaryColor": "#1f5f7a",
    "theme.light.backgroundColor": "#fcfbf8",
    "theme.light.secondaryBackgroundColor": "#f3f0e9",
    "theme.light.textColor": "#23211d",
    "theme.light.borderColor": "#e3ded3",
    "theme.dark.primaryColor": "#7fb9d3",
    "theme.dark.backgroundColor": "#16181a",
    "theme.dark.secondaryBackgroundColor": "#202326",
    "theme.dark.textColor": "#e8e5df",
    "theme.dark.borderColor": "#363a3e",
}
OPTIONS = {
    # A full collection after every run of the page, several a second while an answer is awaited, holds up the answer.
    "runner.postScriptGC": "false",
    "server.headless": "true",
    "server.fileWatcherType": "none",
    "browser.gatherUsageStats": "false",
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "type",
    "client.showErrorLinks": "false",
    "logger.hideWelcomeMessage": "true",
    "logger.enableRich": "false",
    **THEME,
}
WIDE_OPEN = "Warning: the chat listens on {host}. Everyone who reaches this address can read the indexed documents."


def main() -> int:
    """Runs the server until it is stopped. Returns the exit code."""
    try:
        settings = Settings()
    except CitewiseError as error:
        print(error, error.fix, sep="\n", file=sys.stderr)
        return 1
    options = {**OPTIONS, "server.address": settings.ui_host, "server.port": str(settings.ui_port)}
    flags = [f"--{name}={value}" for name, value in options.items()]
    if is_loopback(settings.ui_host):
        flags += [f"--server.allowedHosts={name}" for name in ("localhost", "127.0.0.1", "[::1]", "::1")]
    else:
        print(WIDE_OPEN.format(host=settings.ui_host), file=sys.stderr)
    shown = f"[{settings.ui_host}]" if ":" in settings.ui_host else settings.ui_host
    print(f"Citewise is at http://{shown}:{settings.ui_port}", file=sys.stderr, flush=True)

    from streamlit.web.cli import main as streamlit

    streamlit(["run", str(Path(__file__).with_name("app.py")), *flags], prog_name="citewise ui")
    return 0


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


if __name__ == "__main__":
    sys.exit(main())
