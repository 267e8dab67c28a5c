.PHONY: demo test test-full serve bench claims image-test

demo:
	@scripts/setup.sh demo
	@node scripts/demo/run.mjs

test:
	@scripts/setup.sh test
	@scripts/test.sh

test-full: test
	@ANNEAL_TEST_SIZE=full npx vitest run --project numeric test/numeric/models/export.test.ts test/numeric/models/torchvision.test.ts

serve:
	@scripts/setup.sh serve
	@node dist/bin/anneal.js serve

bench:
	@scripts/setup.sh bench
	@node bench/run.mjs

claims:
	@scripts/setup.sh bench
	@node bench/run.mjs claims

image-test:
	@scripts/image-test.sh
