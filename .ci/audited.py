"""Says what pip-audit found: ends with 1 for a known vulnerability, with 0 and a clear line where it could not look."""

import json
import re
import sys
from pathlib import Path


def verdict(found: str, lock: str) -> tuple[int, list[str]]:
    """The exit code and the lines to print, from pip-audit's JSON and the lock that it read."""
    try:
        packages = json.loads(found)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return 0, ["known vulnerabilities: SKIPPED, not checked: their list cannot be reached from here"]
    known = [(p["name"], p["version"], bug) for p in packages for bug in p.get("vulns", ())]
    lines = [
        f"{name} {version}: {bug['id']}, mended in {bug['fix_versions'] or 'no version'}"
        for name, version, bug in known
    ]
    wanted = len(re.findall(r"^[A-Za-z0-9][^\s=]*==", lock, re.MULTILINE))
    checked = sum("vulns" in package for package in packages)
    if checked < wanted:
        left = f"{wanted - checked} of {wanted} packages"
        lines.append(f"known vulnerabilities: SKIPPED for {left}: their list cannot be reached from here")
    else:
        lines.append(f"known vulnerabilities: {len(known)} in {wanted} packages")
    return int(bool(known)), lines


if __name__ == "__main__":
    code, said = verdict(Path(sys.argv[1]).read_text("utf-8"), Path(sys.argv[2]).read_text("utf-8"))
    print("\n".join(said))
    sys.exit(code)
