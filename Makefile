.PHONY: demo test serve bench image-test

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

image-test:
	@scripts/image-test.sh
