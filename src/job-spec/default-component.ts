import { imagenetSource } from '../zoo/models/transfer.ts'
import {
  balances,
  defaultLoss,
  defaultModel,
  defaultPretrained,
  type DatasetStatistics,
  type HostContext,
} from './defaults.ts'
import { withoutUnknownClass } from './open-set.ts'
import type { ParsedSpec } from './parse.ts'
import { asNamed, isRecord, USUAL, type DefaultOf } from './unnamed.ts'

type Raw = Record<string, unknown>

/** The component that a spec has where it gives options without a name. */
export function defaultComponent(
  field: Parameters<DefaultOf>[0],
  input: Raw,
  { data, host }: { data: DatasetStatistics; host: HostContext },
): ReturnType<DefaultOf> {
  if (field === 'model') return modelFor(input, data, host)
  if (field === 'loss') return lossFor(input, data)
  const reasons = {
    mix: 'the usual way to mix images',
    optimizer: 'the recipe’s choice for convolutional nets',
    schedule: 'linear to zero over the budget',
  }
  return [USUAL[field], reasons[field]]
}

function modelFor(input: Raw, data: DatasetStatistics, host: HostContext): ReturnType<DefaultOf> {
  const { pretrained } = Object(input['model']) as { pretrained?: unknown }
  if (host.base !== undefined) return [{ name: host.base.name }, 'that of the checkpoint it starts from']
  const [{ name, pretrained: own }, reason] = defaultModel(data, host)
  if (pretrained === 'imagenet' && imagenetSource(name) === undefined)
    return [{ name: defaultPretrained(host) }, 'it has ImageNet weights, and this machine trains it in reasonable time']
  return [own === 'none' ? { name } : { name, pretrained: own }, reason]
}

function lossFor(input: Raw, data: DatasetStatistics): ReturnType<DefaultOf> {
  const openSet = asNamed(input['openSet']) as ParsedSpec['openSet']
  const stages = Array.isArray(input['stages']) ? input['stages'].filter(isRecord) : []
  const given = {
    ...(openSet === undefined ? {} : { openSet }),
    sampling: asNamed(input['sampling']),
    adjustment: asNamed(input['adjustment']),
    stages: stages.map((stage) => ({ sampling: asNamed(stage['sampling']) })),
  } as ParsedSpec
  const [{ name }, reason] = defaultLoss(withoutUnknownClass(given, data), balances(given))
  return [{ name }, reason]
}
