// Made from the architectures by `npm run docs`; do not edit.

export interface ArchitectureFigures {
  parameters: number
  /** Per image. */
  multiplyAdds: number
  /** Side of the input, pixels, for images of 224 pixels. */
  inputSize: number
  minimumSize: number
}

/** With 1000 classes, three channels and the options' defaults. */
export const ARCHITECTURE_FIGURES: Readonly<Record<string, ArchitectureFigures>> = {
  resnet20: { parameters: 334072, multiplyAdds: 40614400, inputSize: 32, minimumSize: 4 },
  resnet32: { parameters: 528504, multiplyAdds: 68925952, inputSize: 32, minimumSize: 4 },
  resnet44: { parameters: 722936, multiplyAdds: 97237504, inputSize: 32, minimumSize: 4 },
  resnet56: { parameters: 917368, multiplyAdds: 125549056, inputSize: 32, minimumSize: 4 },
  resnet110: { parameters: 1792312, multiplyAdds: 252951040, inputSize: 32, minimumSize: 4 },
  resnet18: { parameters: 11689512, multiplyAdds: 1814073344, inputSize: 224, minimumSize: 8 },
  resnet34: { parameters: 21797672, multiplyAdds: 3663761408, inputSize: 224, minimumSize: 8 },
  resnet50: { parameters: 25557032, multiplyAdds: 4089184256, inputSize: 224, minimumSize: 8 },
  resnet101: { parameters: 44549160, multiplyAdds: 7801405440, inputSize: 224, minimumSize: 8 },
  resnet152: { parameters: 60192808, multiplyAdds: 11513626624, inputSize: 224, minimumSize: 8 },
  densenet121: { parameters: 7978856, multiplyAdds: 2834161664, inputSize: 224, minimumSize: 8 },
  densenet161: { parameters: 28681000, multiplyAdds: 7727907072, inputSize: 224, minimumSize: 8 },
  densenet169: { parameters: 14149480, multiplyAdds: 3359843328, inputSize: 224, minimumSize: 8 },
  densenet201: { parameters: 20013928, multiplyAdds: 4291365888, inputSize: 224, minimumSize: 8 },
  densenet_bc: { parameters: 1108732, multiplyAdds: 288268272, inputSize: 32, minimumSize: 4 },
  efficientnet_b0: { parameters: 5288548, multiplyAdds: 385814752, inputSize: 224, minimumSize: 8 },
  efficientnet_b1: { parameters: 7794184, multiplyAdds: 686802832, inputSize: 240, minimumSize: 8 },
  efficientnet_b2: { parameters: 9109994, multiplyAdds: 993561872, inputSize: 260, minimumSize: 8 },
  efficientnet_b3: { parameters: 12233232, multiplyAdds: 1827141392, inputSize: 300, minimumSize: 8 },
  efficientnet_b4: { parameters: 19341616, multiplyAdds: 4393771024, inputSize: 380, minimumSize: 8 },
  efficientnet_b5: { parameters: 30389784, multiplyAdds: 10266384752, inputSize: 456, minimumSize: 8 },
  efficientnet_b6: { parameters: 43040704, multiplyAdds: 19067593536, inputSize: 528, minimumSize: 8 },
  efficientnet_b7: { parameters: 66347960, multiplyAdds: 37745884192, inputSize: 600, minimumSize: 8 },
  inception_v3: { parameters: 27161264, multiplyAdds: 5718899296, inputSize: 299, minimumSize: 8 },
  mobilenet_v2: { parameters: 3504872, multiplyAdds: 300774272, inputSize: 224, minimumSize: 8 },
}
