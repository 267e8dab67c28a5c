import type { ModelComponent } from '../define.ts'
import { mobilenetV2 } from './mobilenet-v2.ts'
import { cifarResnets } from './resnet-cifar.ts'
import { resnets } from './resnet.ts'

export const models = [...cifarResnets, ...resnets, mobilenetV2] as readonly ModelComponent[]
