"""`python -m ui`: serves the chat page."""

from __future__ import annotations

import sys
from pathlib import Path

from index.errors import CitewiseError
from rag.settings import Settings
from ui import sign_in
from ui.preferences.address import is_loopback
from ui.work import going_down

__all__ = ["is_loopback", "main"]

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
    # Otherwise a second run of a session begins while the first is still ending, and what was clicked is lost or done
    # twice. A run yields within milliseconds, so nobody waits.
    "runner.fastReruns": "false",
    # What a browser forgets while runs follow each other quickly, the server still believes it to have: the page dies.
    "global.maxCachedMessageAge": "100",
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


def main() -> int:
    """Runs the server until it is stopped. Returns the exit code."""
    try:
        settings = Settings()
        auth = sign_in.auth_section(settings)
    except CitewiseError as error:
        print(error, error.fix, sep="\n", file=sys.stderr)
        return 1
    options = {**OPTIONS, "server.address": settings.ui_host, "server.port": str(settings.ui_port)}
    flags = [f"--{name}={value}" for name, value in options.items()]
    if is_loopback(settings.ui_host):
        names = {"localhost", "127.0.0.1", "[::1]", "::1"} | ({sign_in.host(auth)} if auth else set())
        flags += [f"--server.allowedHosts={name}" for name in sorted(names)]
    if settings.ui_sign_in is not None:
        flags.append(f"--secrets.files={settings.ui_sign_in}")
    if told := sign_in.warning(settings, auth):
        print(f"Warning: {told}", file=sys.stderr)
    shown = f"[{settings.ui_host}]" if ":" in settings.ui_host else settings.ui_host
    address = f"http://{shown}:{settings.ui_port}" if auth is None else sign_in.home(auth)
    print(f"Citewise is at {address}", file=sys.stderr, flush=True)

    from streamlit.web.cli import main as streamlit

    try:
        streamlit(["run", str(Path(__file__).with_name("app.py")), *flags], prog_name="citewise ui")
    finally:
        going_down.set()
    return 0


if __name__ == "__main__":
    sys.exit(main())
