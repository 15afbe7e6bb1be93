"""The program as a process: from any folder, into a pipe that closes, interrupted."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import Settings, setting_name

ROOT = Path(__file__).parents[2]
QUESTION = b'{"id": "1", "turns": ["how much per day?"]}\n'


def start(*words: str, cwd: Path = ROOT, encoding: str = "utf-8") -> subprocess.Popen[bytes]:
    """Start the program in a folder, on a terminal of an encoding."""
    settings = {setting_name(field) for field in Settings.model_fields}
    environment = {name: value for name, value in os.environ.items() if name not in settings}
    environment |= {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": encoding}
    pipe = subprocess.PIPE
    command = [sys.executable, "-m", "bot", *words]
    return subprocess.Popen(command, cwd=cwd, env=environment, stdin=pipe, stdout=pipe, stderr=pipe)


def test_it_runs_in_any_folder_and_prints_what_a_terminal_of_few_letters_can_show(tmp_path: Path) -> None:
    process = start("section", "dose", cwd=tmp_path, encoding="ascii")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, b"")
    assert out.startswith(b"Cerebrolysin ? Dose\n")
    assert b"Warning: Cerebrolysin can cause" in out


def test_lines_are_utf_8_in_any_locale_and_a_broken_pipe_ends_them_quietly() -> None:
    process = start("ask", "--no-encoder", "--jsonl", encoding="ascii")
    assert process.stdin
    assert process.stdout
    assert process.stderr
    process.stdin.write(QUESTION)
    process.stdin.flush()
    answer = json.loads(process.stdout.readline().decode("utf-8"))
    assert "Cerebrolysin › Dose" in answer["text"]
    process.stdout.close()
    try:
        process.stdin.write(QUESTION * 50)
        process.stdin.close()
    except BrokenPipeError:
        pass
    assert process.wait(timeout=60) != 0
    assert process.stderr.read() == b""
    process.stderr.close()


def test_a_pipe_that_closes_after_a_line_of_an_answer_ends_it_quietly() -> None:
    shell = shutil.which("bash")
    if not shell:
        pytest.skip("bash is not installed")
    line = f"'{sys.executable}' -m bot section evidence-stroke | head -n 1"
    done = subprocess.run([shell, "-c", line], cwd=ROOT, capture_output=True, timeout=60, check=False)
    assert done.stderr == b""
    assert done.stdout.decode() == "Cerebrolysin › Evidence in acute stroke\n"


@pytest.mark.parametrize("words", [("ask", "--jsonl"), ("chat",)], ids=" ".join)
def test_ctrl_c_ends_it_quietly(words: tuple[str, ...]) -> None:
    signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # a shell's background jobs ignore it, and so would the program
    process = start(*words, "--no-encoder")
    assert process.stdin
    assert process.stdout
    asked = QUESTION if "--jsonl" in words else b"how much per day?\n"
    process.stdin.write(asked)
    process.stdin.flush()
    assert process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err == b""
