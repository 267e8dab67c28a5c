#!/usr/bin/env bash
# Every check and test; ends with `N passed, N failed`. Two things run at a time where one alone leaves a core idle.
set -uo pipefail
cd "$(dirname "$0")/.."
results=build/results
rm -rf "$results"
mkdir -p "$results"
passed=0
failed=0
# Jobs in the background ignore an interrupt at the terminal.
trap 'trap - INT TERM; kill 0' INT TERM

# check NAME COMMAND...: keeps the output, the exit status and the seconds
check() {
  local name=$1 begin=$SECONDS
  shift
  "$@" >"$results/$name.log" 2>&1
  echo "$? $((SECONDS - begin))" >"$results/$name.status"
}

show_check() {
  local status seconds
  read -r status seconds <"$results/$1.status"
  if [ "$status" -eq 0 ]; then
    passed=$((passed + 1))
    printf '  %-20s ok, %d s\n' "$1" "$seconds"
  else
    failed=$((failed + 1))
    printf '  %-20s FAILED\n' "$1"
    tail -n 60 "$results/$1.log"
  fi
}

suite() {
  check "$1" npx vitest run --project "$1" --reporter=default --reporter=json --outputFile.json="$results/$1.json"
}

# Counts tests that failed, and files that broke outside their tests.
show_suite() {
  local status seconds good bad
  read -r status seconds <"$results/$1.status"
  read -r good bad < <(node -e '
    const { existsSync, readFileSync } = require("node:fs")
    const file = process.argv[1]
    const report = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : { numPassedTests: 0, numFailedTests: 1, testResults: [] }
    const broken = report.testResults.filter((suite) => suite.status === "failed" && suite.assertionResults.every((test) => test.status !== "failed"))
    console.log(report.numPassedTests, report.numFailedTests + broken.length)' "$results/$1.json")
  if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
  passed=$((passed + good))
  failed=$((failed + bad))
  printf '  %-20s %d passed, %d failed, %d s\n' "$1" "$good" "$bad" "$seconds"
  [ "$bad" -eq 0 ] || grep -v 'already registered' "$results/$1.log" | tail -n 120
}

echo 'Checks'
{
  check format npm run --silent format:check
  check lint npm run --silent lint
} &
check types npm run --silent types
check 'dead code' npm run --silent dead-code
check 'dependency rules' npm run --silent dependency-rules
wait
for name in format lint types 'dead code' 'dependency rules'; do show_check "$name"; done

echo 'Tests'
# Two lanes, each of two files at a time: what waits for a process, a lease or a page in one leaves its core to the other, and
# the lane that ends last still keeps both cores busy.
suite e2e &
for name in unit api integration page numeric; do
  suite "$name"
  show_suite "$name"
done
wait
show_suite e2e

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
