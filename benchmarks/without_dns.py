"""Footnote as ever (python -m benchmarks.without_dns run), but names are not found while the file NO_DNS exists."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

from bot import cli

found = socket.getaddrinfo


def resolved(*arguments: Any, **named: Any) -> Any:
    """As ever, or the error of a resolver that is gone."""
    if Path(os.environ["NO_DNS"]).exists():
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
    return found(*arguments, **named)


if __name__ == "__main__":
    socket.getaddrinfo = resolved
    cli.main()
