import type { ModelComponent } from '../define.ts'
import { cifarDensenet, densenets } from './densenet.ts'
import { efficientnets } from './efficientnet.ts'
import { inceptionV3 } from './inception-v3.ts'
import { mobilenetV2 } from './mobilenet-v2.ts'
import { cifarResnets } from './resnet-cifar.ts'
import { resnets } from './resnet.ts'

export const models = [
  ...cifarResnets,
  ...resnets,
  ...densenets,
  cifarDensenet,
  ...efficientnets,
  inceptionV3,
  mobilenetV2,
] as readonly ModelComponent[]
