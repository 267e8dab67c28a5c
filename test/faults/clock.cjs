// Preloaded into a process: its clock is off by so many milliseconds as the file ANNEAL_TEST_CLOCK says, from the moment on that it says so.
const { readFileSync } = require('node:fs')

const RealDate = Date
let offsetMs = 0
const read = () => {
  try {
    offsetMs = Number(readFileSync(process.env.ANNEAL_TEST_CLOCK, 'utf8'))
  } catch {
    offsetMs = 0
  }
}
read()
setInterval(read, 200).unref()
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, self) => Reflect.construct(target, args.length === 0 ? [Date.now()] : args, self),
})
const now = RealDate.now
RealDate.now = () => now() + offsetMs
