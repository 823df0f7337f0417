#!/usr/bin/env python3
"""Runs a fuzz target over its corpus, then searches for some time: run.py PATH_OF_FUZZ_NAME [SECONDS].

What it learns on the way is thrown away, so that the corpus stays as it is checked in; an input that
fails is kept beside the binary.
"""

import pathlib
import subprocess
import sys
import tempfile


def main():
    binary = pathlib.Path(sys.argv[1]).resolve()
    seconds = sys.argv[2] if len(sys.argv) > 2 else "60"
    corpus = pathlib.Path(__file__).resolve().parent / "corpus" / binary.name.removeprefix("fuzz_")
    with tempfile.TemporaryDirectory() as learned:
        result = subprocess.run(
            [binary, "-seed=1", f"-max_total_time={seconds}", "-max_len=16384", "-timeout=60",
             f"-artifact_prefix={binary.parent}/{binary.name}-", learned, corpus],
            stderr=subprocess.PIPE, text=True, errors="replace", check=False)
    if result.returncode != 0:
        print(result.stderr[-4000:], file=sys.stderr)
    sys.exit(result.returncode != 0)


if __name__ == "__main__":
    main()
