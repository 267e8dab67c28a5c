import type { Report } from '../../../evaluation/report.ts'
import type { ResolvedSpec } from '../../../job-spec/schema.ts'
import { html, section, type Markup } from './html.ts'

/** Models whose weights torchvision loads into a module of the same name. */
const IN_TORCHVISION =
  /^(resnet(18|34|50|101|152)|densenet(121|161|169|201)|mobilenet_v2|efficientnet_b[0-7]|inception_v3)$/
/** torchvision's own stem is for larger images. */
const SMALL_STEM_BELOW = 64

interface Loaded {
  title: string
  get: string
  code: string
  note?: string
}

/** How to load the model, for each format that it can be had in. */
export function loadingSection(report: Report, spec: ResolvedSpec): Markup {
  const ways = [withTorch(report, spec), withOnnx(report, spec), withTfjs(report, spec), withService(report)]
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

function withTorch(report: Report, { model, image }: ResolvedSpec): Loaded {
  const { provenance, weights } = report
  const probabilities = `probabilities = (${scaled(report, 'model(batch)', 'class_bias')}).softmax(1)`
  const get = exported(report, 'safetensors')
  const isSmall = model.name.startsWith('resnet') && image.size < SMALL_STEM_BELOW
  if (IN_TORCHVISION.test(model.name) && !isSmall)
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
      note: 'With strict=False, since the counters of batch norms are not in the file. Other stems, widths and classifiers than torchvision’s load with the Python client.',
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
    note: `torchvision has no ${model.name} of this form; the client builds it as a torch.nn.Module, model.module.`,
  }
}

const withOnnx = (report: Report, { image }: ResolvedSpec): Loaded => ({
  title: 'ONNX Runtime',
  get: exported(report, 'onnx'),
  code: [
    'import onnxruntime, scipy.special',
    "session = onnxruntime.InferenceSession('onnx/model.onnx')",
    `[logits] = session.run(['logits'], {'image': batch})  # float32 [N, C, ${image.size}, ${image.size}]`,
    `probabilities = scipy.special.softmax(${scaled(report, 'logits', 'class_bias')}, axis=1)`,
  ].join('\n'),
})

const withTfjs = ({ temperature, mostProbable }: Report, { image }: ResolvedSpec): Loaded => ({
  title: 'TensorFlow.js',
  get: 'anneal export RUN --format tfjs --out tfjs',
  code: [
    "import * as tf from '@tensorflow/tfjs'",
    "const model = await tf.loadLayersModel('tfjs/model.json')",
    `const logits = model.predict(batch) // float32 [N, ${image.size}, ${image.size}, C]`,
    `const probabilities = logits.div(${Number(temperature.toPrecision(6))})${mostProbable === undefined ? '' : '.add(classBias)'}.softmax()`,
  ].join('\n'),
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
