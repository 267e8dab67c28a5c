#!/usr/bin/env bash
# Every check and test, in order; ends with `N passed, N failed`.
set -uo pipefail
cd "$(dirname "$0")/.."
passed=0
failed=0

check() {
  local name=$1 begin=$SECONDS
  shift
  if "$@" >build/check.log 2>&1; then
    passed=$((passed + 1))
    printf '  %-20s ok, %d s\n' "$name" $((SECONDS - begin))
  else
    failed=$((failed + 1))
    printf '  %-20s FAILED\n' "$name"
    tail -n 60 build/check.log
  fi
}

echo 'Checks'
check format npm run --silent format:check
check lint npm run --silent lint
check types npm run --silent types
check 'dead code' npm run --silent dead-code
check 'dependency rules' npm run --silent dependency-rules

echo 'Tests'
for project in unit numeric api integration e2e; do
  find "test/$project" -name '*.test.ts' 2>/dev/null | grep -q . || continue
  rm -f "build/test-$project.json"
  npx vitest run --project "$project" --reporter=default --reporter=json --outputFile.json="build/test-$project.json" >"build/test-$project.log" 2>&1
  status=$?
  counts=$(node -e '
    const { existsSync, readFileSync } = require("node:fs")
    const file = process.argv[1]
    const report = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : { numPassedTests: 0, numFailedTests: 1, testResults: [] }
    const broken = report.testResults.filter((suite) => suite.status === "failed" && suite.assertionResults.every((test) => test.status !== "failed"))
    console.log(report.numPassedTests, report.numFailedTests + broken.length)' "build/test-$project.json")
  read -r good bad <<<"$counts"
  if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
  passed=$((passed + good))
  failed=$((failed + bad))
  printf '  %-20s %d passed, %d failed\n' "$project" "$good" "$bad"
  [ "$bad" -eq 0 ] || grep -v 'already registered' "build/test-$project.log" | tail -n 120
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
