"""Prints how many tests passed and failed, read from the closing lines of a test runner's log."""

import re
import sys

text = re.sub(r"\x1b\[[0-9;]*m", "", open(sys.argv[1], errors="replace").read())
passed = failed = 0
# cargo nextest: "Summary [ 1.2s] 10 tests run: 9 passed (1 slow), 1 failed, 0 skipped"
for line in re.findall(r"tests? run: (.*)", text)[-1:]:
    passed += sum(map(int, re.findall(r"(\d+) passed", line)))
    failed += sum(map(int, re.findall(r"(\d+) (?:failed|timed out|exec failed)", line)))
# vitest: "Tests  1 failed | 12 passed (13)"
for line in re.findall(r"^\s*Tests\s+(\d+ (?:passed|failed).*)$", text, re.M)[-1:]:
    passed += sum(map(int, re.findall(r"(\d+) passed", line)))
    failed += sum(map(int, re.findall(r"(\d+) failed", line)))
# node --test: "# pass 5" or "ℹ pass 5"
for word in re.findall(r"^(?:#|ℹ) pass (\d+)", text, re.M)[-1:]:
    passed += int(word)
for word in re.findall(r"^(?:#|ℹ) fail (\d+)", text, re.M)[-1:]:
    failed += int(word)
# the window's suite: "5 passed, 0 failed"
for one, other in re.findall(r"^(\d+) passed, (\d+) failed$", text, re.M)[-1:]:
    passed += int(one)
    failed += int(other)
print(passed, failed)
