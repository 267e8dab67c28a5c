#!/usr/bin/env bash
# Every check and test; ends with `N passed, N failed`.
set -uo pipefail
cd "$(dirname "$0")/.."
results=build/results
rm -rf "$results"
mkdir -p "$results"
# Jobs in the background ignore an interrupt at the terminal.
trap 'trap - INT TERM; kill 0' INT TERM

# result NAME PASSED FAILED LINE: one line of the output, and what the sum at the end counts
result() {
  echo "$2 $3" >"$results/$1.count"
  printf '  %-20s %s\n' "$1" "$4"
}

# Runs a command into a log; sets `status` and `seconds`.
logged() {
  local name=$1 begin=$SECONDS
  shift
  "$@" >"$results/$name.log" 2>&1
  status=$?
  seconds=$((SECONDS - begin))
}

# check NAME COMMAND...
check() {
  local status seconds
  logged "$@"
  if [ "$status" -eq 0 ]; then
    result "$1" 1 0 "ok, $seconds s"
  else
    result "$1" 0 1 'FAILED'
    tail -n 60 "$results/$1.log"
  fi
}

# Counts tests that failed, and files that broke outside their tests.
suite() {
  local name=$1 status seconds good bad
  logged "$name" npx vitest run --project "$name" --reporter=default --reporter=json --outputFile.json="$results/$name.json"
  read -r good bad < <(node -e '
    const { existsSync, readFileSync } = require("node:fs")
    const file = process.argv[1]
    const report = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : { numPassedTests: 0, numFailedTests: 1, testResults: [] }
    const broken = report.testResults.filter((suite) => suite.status === "failed" && suite.assertionResults.every((test) => test.status !== "failed"))
    console.log(report.numPassedTests, report.numFailedTests + broken.length)' "$results/$name.json")
  if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
  result "$name" "$good" "$bad" "$good passed, $bad failed, $seconds s"
  [ "$bad" -eq 0 ] || grep -v 'already registered' "$results/$name.log" | tail -n 120
}

# Two lanes of about the same length. Suites run two files at a time each: what waits for a process, a lease or a page in one lane leaves
# its core to the other, and the lane that ends last still keeps both cores busy.
echo 'Checks and tests'
{
  check 'dead code' npm run --silent dead-code
  check 'dependency rules' npm run --silent dependency-rules
  suite e2e
  suite integration
} &
check format npm run --silent format:check
check lint npm run --silent lint
for name in unit api page numeric; do suite "$name"; done
wait

read -r passed failed < <(cat "$results"/*.count | awk '{ passed += $1; failed += $2 } END { print passed, failed }')
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
