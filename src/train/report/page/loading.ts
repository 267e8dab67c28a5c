import type { Report } from '../../../evaluation/report.ts'
import type { ResolvedSpec } from '../../../job-spec/schema.ts'
import { stagesOf } from '../../../job-spec/stages.ts'
import { lookUp } from '../../../zoo/look-up.ts'
import { losses } from '../../../zoo/losses/registry.ts'
import { html, section, type Markup } from './html.ts'

/** Models whose weights torchvision loads into a module of the same name. */
const IN_TORCHVISION =
  /^(resnet(18|34|50|101|152)|densenet(121|161|169|201)|mobilenet_v2|efficientnet_b[0-7]|inception_v3)$/
/** torchvision's own stems are for larger images. */
const SMALL_STEM_BELOW = 64
const SMALL_INCEPTION_BELOW = 75

interface Loaded {
  title: string
  get: string
  code: string
  note?: string
}

/** How to load the model, for each format that it can be had in. @param channels of its input */
export function loadingSection(report: Report, spec: ResolvedSpec, channels: number): Markup {
  const torch = endsInCosines(spec) ? [] : [withTorch(report, spec, channels)]
  const ways = [...torch, withOnnx(report, spec), withTfjs(report, spec), withService(report)]
  return section(
    'Load the model',
    html`<p>
      <code>metadata.json</code> of an export has the labels, how images are prepared (resize, crop, mean and standard
      deviation) and the calibration. Below, <code>batch</code> is an image that was prepared so, and probabilities are
      calibrated.
    </p>`,
    ...ways.map(
      ({ title, get, code, note }) =>
        html`<h3>${title}</h3>
          <p class="faint"><code>${get}</code></p>
          <pre tabindex="0" role="group" aria-label="${title}">${code}</pre>
          ${note === undefined ? null : html`<p class="faint">${note}</p>`}`,
    ),
  )
}

const exported = ({ provenance, weights }: Report, format: string): string =>
  `anneal export ${provenance?.job?.id === undefined ? 'RUN' : `${weights}.safetensors`} --format ${format} --out ${format}`

/** What becomes of logits: a bias for a class prior is in the metadata. */
const scaled = ({ temperature, mostProbable }: Report, logits: string, bias: string): string =>
  `${logits} / ${Number(temperature.toPrecision(6))}${mostProbable === undefined ? '' : ` + ${bias}`}`

/** A cosine classifier or one with a memory is in no module of torchvision. */
const endsInCosines = (spec: ResolvedSpec): boolean =>
  lookUp(losses, (stagesOf(spec).at(-1)?.spec ?? spec).loss.name).head !== undefined

/** Whether torchvision's module of the same name computes the same; pretrained weights may have another padding and ε. */
function isOfTorchvision({ model, image }: ResolvedSpec, channels: number): boolean {
  const { name, stem = 'auto', strides = stem, shortcut = 'convolution', tap = '', pretrained = 'none' } = model
  const smallBelow = name === 'inception_v3' ? SMALL_INCEPTION_BELOW : SMALL_STEM_BELOW
  const isLarge = strides === 'imagenet' || (strides === 'auto' && image.size >= smallBelow)
  const isPlain = shortcut === 'convolution' && tap === '' && pretrained === 'none'
  return IN_TORCHVISION.test(name) && isLarge && isPlain && channels === 3
}

function withTorch(report: Report, spec: ResolvedSpec, channels: number): Loaded {
  const { model } = spec
  const { provenance, weights } = report
  const probabilities = `probabilities = (${scaled(report, 'model(batch)', 'class_bias')}).softmax(1)`
  const get = exported(report, 'safetensors')
  if (isOfTorchvision(spec, channels))
    return {
      title: 'PyTorch, with torchvision',
      get,
      code: [
        'import torch, torchvision',
        'from safetensors.torch import load_file',
        `model = torchvision.models.${model.name}(num_classes=${report.classes.length}).eval()`,
        "model.load_state_dict(load_file('safetensors/model.safetensors'), strict=False)",
        probabilities,
      ].join('\n'),
      note: 'With strict=False, since the counters of batch norms are not in the file. The Python client loads other stems, input channels and widths too.',
    }
  const job = provenance?.job?.id ?? 'job_…'
  return {
    title: 'PyTorch, with the Python client',
    get: "pip install './clients/python[torch]'",
    code: [
      'import anneal',
      'from PIL import Image',
      `model = anneal.Client().jobs.get('${job}').checkpoint('${weights}').load_torch()`,
      "print(model.predict(Image.open('image.jpg')))",
    ].join('\n'),
    note: 'The client builds the net as a torch.nn.Module, model.module, with the stem, padding and input channels that it was trained with.',
  }
}

const withOnnx = (report: Report, { image }: ResolvedSpec): Loaded => ({
  title: 'ONNX Runtime',
  get: exported(report, 'onnx'),
  code: [
    'import numpy, onnxruntime',
    "session = onnxruntime.InferenceSession('onnx/model.onnx')",
    `[logits] = session.run(['logits'], {'image': batch})  # float32 [N, C, ${image.size}, ${image.size}]`,
    `scores = numpy.exp(${scaled(report, '(logits - logits.max(1, keepdims=True))', 'class_bias')})`,
    'probabilities = scores / scores.sum(1, keepdims=True)',
  ].join('\n'),
})

const withTfjs = (report: Report, { image }: ResolvedSpec): Loaded => ({
  title: 'TensorFlow.js, in a browser',
  get: exported(report, 'tfjs'),
  code: [
    "import * as tf from '@tensorflow/tfjs'",
    "const model = await tf.loadLayersModel('tfjs/model.json')",
    `const logits = model.predict(batch) // float32 [N, ${image.size}, ${image.size}, C]`,
    `const probabilities = logits.div(${Number(report.temperature.toPrecision(6))})${report.mostProbable === undefined ? '' : '.add(classBias)'}.softmax()`,
  ].join('\n'),
  note: 'The folder is served next to the page that loads it.',
})

const withService = ({ provenance, weights }: Report): Loaded => ({
  title: 'The service’s API',
  get: `POST /v1/checkpoints/{id}/predict`,
  code: [
    `CHECKPOINT=$(curl -s "$ANNEAL_URL/v1/jobs/${provenance?.job?.id ?? 'JOB'}/checkpoints" \\`,
    `  -H "Authorization: Bearer $ANNEAL_API_KEY" | jq -r '.data[] | select(.kind == "${weights}") | .id')`,
    'curl -s "$ANNEAL_URL/v1/checkpoints/$CHECKPOINT/predict" \\',
    '  -H "Authorization: Bearer $ANNEAL_API_KEY" -F image=@image.jpg',
  ].join('\n'),
})
