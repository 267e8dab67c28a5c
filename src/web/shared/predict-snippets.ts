import type { Predictor } from './predictor.ts'

interface SnippetsOf {
  by: Predictor
  /** Whose weights the command downloads. */
  checkpoint: string
  /** Of the service. */
  origin: string
}

export interface Snippet {
  language: string
  code: string
}

/** How programs have an image predicted, each as a whole. */
export const predictSnippets = (of: SnippetsOf): Snippet[] => [
  { language: 'curl', code: curlOf(of) },
  { language: 'Shell', code: shellOf(of) },
  { language: 'Python', code: pythonOf(of) },
  { language: 'TypeScript', code: typescriptOf(of) },
]

const urlOf = ({ by, origin }: SnippetsOf): string =>
  'model' in by ? `${origin}/v1/models/${by.model}/predict` : `${origin}/v1/checkpoints/${by.checkpoint}/predict`

const curlOf = (of: SnippetsOf): string =>
  `curl -sf -H "authorization: Bearer $ANNEAL_API_KEY" -F images=@cat.jpg '${urlOf(of)}?top=3'`

const shellOf = ({ checkpoint, origin }: SnippetsOf): string =>
  `# Downloads the weights once, and predicts on this machine
export ANNEAL_URL=${origin}
anneal checkpoints download ${checkpoint} --out model.safetensors
anneal predict model.safetensors cat.jpg`

const pythonOf = ({ by, origin }: SnippetsOf): string =>
  `import anneal

client = anneal.Client("${origin}")  # with the key in ANNEAL_API_KEY
${
  'model' in by
    ? `prediction = client.models.predict("${by.model}", ["cat.jpg"], top=3)["data"][0]`
    : `prediction = client.checkpoints.get("${by.checkpoint}").predict("cat.jpg", top=3)`
}
print(prediction["answer"], prediction["top"])`

const typescriptOf = (of: SnippetsOf): string =>
  'model' in of.by
    ? `import { openAsBlob } from 'node:fs'
import { Anneal } from '@anneal/client'

const anneal = new Anneal({ url: '${of.origin}' }) // with the key in ANNEAL_API_KEY
const { data } = await anneal.models.predict('${of.by.model}', await openAsBlob('cat.jpg'), { top: 3 })
console.log(data[0]?.answer, data[0]?.top)`
    : `import { openAsBlob } from 'node:fs'

const body = new FormData()
body.append('images', await openAsBlob('cat.jpg'), 'cat.jpg')
const headers = { authorization: \`Bearer \${process.env.ANNEAL_API_KEY}\` }
const response = await fetch('${urlOf(of)}?top=3', { method: 'POST', headers, body })
const { data } = await response.json()
console.log(data[0].answer, data[0].top)`
