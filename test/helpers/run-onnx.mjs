import { Buffer } from 'node:buffer'
import process from 'node:process'
import { json } from 'node:stream/consumers'
import { InferenceSession, Tensor } from 'onnxruntime-node'

/** Runs a model on float32 tensors: a request on the standard input, the outputs on the standard output. */
const { path, outputs, feeds } = await json(process.stdin)
const session = await InferenceSession.create(path)
const inputs = Object.fromEntries(
  Object.entries(feeds).map(([name, { shape, data }]) => {
    const bytes = Uint8Array.from(Buffer.from(data, 'base64'))
    return [name, new Tensor('float32', new Float32Array(bytes.buffer), shape)]
  }),
)
const results = await session.run(inputs, outputs)
const answer = outputs.map((name) => {
  const { dims, data } = results[name]
  return { shape: dims, data: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64') }
})
process.stdout.write(JSON.stringify(answer))
