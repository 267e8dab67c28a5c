// Serves the page with the export and TensorFlow.js. Opens it in Chromium and prints what it says of four test images, or with --serve waits for your browser.
import { createReadStream, existsSync, readdirSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { extname, join } from 'node:path'
import { chromium } from 'playwright-core'

const here = import.meta.dirname
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.json': 'application/json' }
const TFJS = createRequire(import.meta.url).resolve('@tensorflow/tfjs/dist/tf.min.js')

function fileOf(path) {
  if (path === '/') return join(here, 'index.html')
  if (path === '/tf.min.js') return TFJS
  if (path === '/predict.js') return join(here, 'predict.js')
  const name = /^\/model\/([\w.-]+)$/.exec(path)?.[1]
  return name === undefined ? undefined : join(here, 'out/model', name)
}

const server = createServer((request, response) => {
  const file = fileOf(request.url)
  if (file === undefined || !existsSync(file)) return response.writeHead(404).end()
  response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream')
  createReadStream(file).pipe(response)
})
await new Promise((done) => server.listen(process.argv.includes('--serve') ? 8091 : 0, '127.0.0.1', done))
const url = `http://127.0.0.1:${server.address().port}/`

if (process.argv.includes('--serve')) console.log(`Open ${url}`)
else {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  })
  const page = await browser.newPage()
  await page.goto(url)
  await page.locator('body[data-ready]').waitFor()
  const images = ['bag', 'coat', 'sandal', 'trouser'].map((label) => {
    const folder = join(here, 'out/data/test', label)
    return join(folder, readdirSync(folder).sort()[0])
  })
  await page.locator('input').setInputFiles(images)
  await page
    .locator('figcaption')
    .nth(images.length - 1)
    .waitFor()
  const captions = await page.locator('figcaption').allInnerTexts()
  for (const [i, caption] of captions.entries()) console.log(`${images[i].slice(here.length + 5)}  ${caption}`)
  await browser.close()
  server.close()
}
