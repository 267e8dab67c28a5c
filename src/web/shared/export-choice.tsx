import { useState, type ReactNode } from 'react'
import type { operations } from '../../../clients/typescript/src/schema.ts'
import { SelectField } from '../ui/field.tsx'

type Query = operations['getExport']['parameters']['query']
type Format = Query['format']
type Precision = NonNullable<Query['precision']>

const FORMATS = [
  { value: 'onnx', label: 'ONNX', ending: 'onnx' },
  { value: 'tfjs', label: 'TensorFlow.js', ending: 'zip' },
  { value: 'safetensors', label: 'safetensors, for PyTorch', ending: 'safetensors' },
] as const satisfies readonly { value: Format; label: string; ending: string }[]
const PRECISIONS = [
  { value: 'float32', label: 'float32' },
  { value: 'float16', label: 'float16: half the size' },
  { value: 'uint8', label: 'uint8: a quarter of the size' },
] as const satisfies readonly { value: Precision; label: string }[]

export interface ExportChoice {
  query: { format: Format; precision: Precision }
  /** Of the file, without a dot. */
  ending: string
  fields: ReactNode
}

/** As what a checkpoint is exported, with the fields that choose it. */
export function useExportChoice(): ExportChoice {
  const [format, setFormat] = useState<(typeof FORMATS)[number]>(FORMATS[0])
  const [chosen, setPrecision] = useState<Precision>('float32')
  // PyTorch has no weights of a byte.
  const able = PRECISIONS.filter(({ value }) => format.value !== 'safetensors' || value !== 'uint8')
  const precision = able.find(({ value }) => value === chosen)?.value ?? 'float32'
  return {
    query: { format: format.value, precision },
    ending: format.ending,
    fields: (
      <>
        <SelectField
          label="Format"
          options={FORMATS}
          value={format.value}
          onChange={(value) => setFormat(FORMATS.find((each) => each.value === value) ?? FORMATS[0])}
        />
        <SelectField
          label="Precision of the weights"
          options={able}
          value={precision}
          onChange={(value) => setPrecision(PRECISIONS.find((each) => each.value === value)?.value ?? 'float32')}
        />
      </>
    ),
  }
}
