// The demo: Fashion-MNIST through the REST API, from PNG files to a trained, calibrated model.
import { fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { connect } from '../../dist/bin/connect.js'
import { followJob } from '../../dist/bin/follow-job.js'
import { uploadAndWait } from '../../dist/bin/upload-and-wait.js'
import { readCredentials } from '../../dist/bin/credentials.js'
import { progressBar } from '../../dist/bin/progress.js'
import { reportTable } from '../../dist/bin/report-table.js'
import { writeFashionMnistZip } from './fashion-mnist.mjs'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const home = resolve(process.env.ANNEAL_HOME ?? '.anneal')
const say = (text) => process.stderr.write(`${text}\n`)
const started = performance.now()

const archive = join(home, 'cache', 'fashion-mnist.zip')
const making = progressBar('archive')
await writeFashionMnistZip(archive, (done, total) => making.update(done, total, `${done} PNG files`))
making.stop()

say('Starting the service')
const service = fork(join(root, 'dist/bin/anneal.js'), ['serve'], {
  env: { ...process.env, ANNEAL_HOME: home, ANNEAL_LOG_LEVEL: process.env.ANNEAL_LOG_LEVEL ?? 'warn' },
  stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  detached: true,
})
const ended = new Promise((done) => service.once('exit', done))
// It is detached, so that a terminal's Ctrl-C does not reach it.
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, async () => {
    service.kill('SIGTERM')
    await ended
    process.exit(130)
  })
await new Promise((ready, fail) => {
  service.stdout.once('data', ready)
  service.once('exit', () => fail(new Error('the service did not start')))
})

let succeeded = false
try {
  process.env.ANNEAL_HOME = home
  const client = await connect()
  const dataset = await uploadAndWait(client, archive, { name: 'Fashion-MNIST' })
  const spec = JSON.parse(readFileSync(join(root, 'scripts/demo/spec.json'), 'utf8'))
  const job = await followJob(client, (await client.post('/v1/jobs', { ...spec, dataset: dataset.id })).id)
  if (job.state === 'succeeded') {
    succeeded = true
    process.stdout.write(`\n${reportTable(await client.get(`/v1/jobs/${job.id}/report`))}\n`)
    const { url, key } = await readCredentials(home)
    const { data } = await client.get(`/v1/jobs/${job.id}/checkpoints`)
    const best = data.find(({ kind }) => kind === 'best') ?? data[0]
    process.stdout.write(
      `run page    ${url}/jobs/${job.id}\ncheckpoint  ${url}/v1/checkpoints/${best.id}/content\nAPI key     ${process.env.KEEP === '1' ? key : `in ${join(home, 'credentials.json')}`}\n`,
    )
    process.stdout.write(`${Math.round((performance.now() - started) / 1000)} s\n`)
  } else say(`The job is ${job.state}: ${job.reason?.detail ?? ''}`)
} catch (error) {
  say(`The demo failed: ${error.message}`)
}
if (process.env.KEEP === '1') {
  say(`The service stays up as process ${service.pid}; stop it with: kill ${service.pid}`)
  service.disconnect()
  service.stdout.destroy()
  service.unref()
} else {
  service.kill('SIGTERM')
  await ended
}
process.exit(succeeded ? 0 : 1)
