.PHONY: demo test serve bench claims image-test

demo:
	@scripts/setup.sh demo
	@node scripts/demo/run.mjs

test:
	@scripts/setup.sh test
	@scripts/test.sh

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
