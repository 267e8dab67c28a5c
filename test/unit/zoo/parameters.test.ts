import { describe, expect, it } from 'vitest'
import { loadTfjs } from '../../../src/engine/load.ts'
import { parseSpec } from '../../../src/job-spec/parse.ts'
import { summarize } from '../../../src/train/net/summary.ts'
import { models } from '../../../src/zoo/models/registry.ts'

/** With 1000 classes and with 10, as torchvision counts them; the auxiliary head as the options say. */
const EXPECTED: readonly [name: string, options: object, thousand: number, ten?: number][] = [
  ['resnet18', {}, 11_689_512, 11_181_642],
  ['resnet34', {}, 21_797_672, 21_289_802],
  ['resnet50', {}, 25_557_032, 23_528_522],
  ['resnet101', {}, 44_549_160, 42_520_650],
  ['resnet152', {}, 60_192_808, 58_164_298],
  ['densenet121', {}, 7_978_856, 6_964_106],
  ['densenet161', {}, 28_681_000, 26_494_090],
  ['densenet169', {}, 14_149_480, 12_501_130],
  ['densenet201', {}, 20_013_928, 18_112_138],
  ['efficientnet_b0', {}, 5_288_548, 4_020_358],
  ['efficientnet_b1', {}, 7_794_184, 6_525_994],
  ['efficientnet_b2', {}, 9_109_994, 7_715_084],
  ['efficientnet_b3', {}, 12_233_232, 10_711_602],
  ['efficientnet_b4', {}, 19_341_616, 17_566_546],
  ['efficientnet_b5', {}, 30_389_784, 28_361_274],
  ['efficientnet_b6', {}, 43_040_704, 40_758_754],
  ['efficientnet_b7', {}, 66_347_960, 63_812_570],
  ['inception_v3', { auxiliary: true }, 27_161_264],
  ['inception_v3', { auxiliary: false }, 23_834_568],
  ['mobilenet_v2', { width: 0.35 }, 1_677_128],
  ['mobilenet_v2', { width: 0.5 }, 1_968_680],
  ['mobilenet_v2', { width: 0.75 }, 2_636_424],
  ['mobilenet_v2', { width: 1 }, 3_504_872],
  ['mobilenet_v2', { width: 1.3 }, 5_386_792],
  ['mobilenet_v2', { width: 1.4 }, 6_108_776],
]

function count(model: object, { size, channels = 3, classes }: { size?: number; channels?: number; classes: number }) {
  const { name, ...options } = parseSpec({ model }).model!
  const component = models.find((candidate) => candidate.name === name)!
  return summarize(loadTfjs(), component, options, {
    channels,
    classes,
    size: size ?? component.defaultSize(options, 224),
  })
}

describe('parameters', () => {
  it.each(EXPECTED)('%s %o', (name, options, thousand, ten) => {
    expect(count({ name, ...options }, { classes: 1000 }).parameters).toBe(thousand)
    if (ten !== undefined) expect(count({ name, ...options }, { classes: 10 }).parameters).toBe(ten)
  })

  it('of the CIFAR nets are those of their papers', () => {
    const of = (model: object): number => count(model, { size: 32, classes: 10 }).parameters
    // He et al. 2016, Table 6: 0.27M, 0.46M, 0.66M, 0.85M, 1.7M; Huang et al. 2017, Table 2: 0.8M.
    expect([20, 32, 44, 56, 110].map((depth) => of({ name: `resnet${depth}` }))).toEqual([
      269_722, 464_154, 658_586, 853_018, 1_727_962,
    ])
    expect(of({ name: 'densenet_bc' })).toBe(769_162)
  })

  it('of the C stem and the D shortcut are those of timm’s resnet50d', () => {
    const model = { name: 'resnet50', stem: 'deep', shortcut: 'average-pool' }
    expect(count(model, { classes: 1000 }).parameters).toBe(25_576_264)
  })
})

describe('work', () => {
  // torchvision's documentation of its weights gives GFLOPS: 1.81, 4.09, 2.83, 0.39, 5.71, 0.30.
  it.each([
    ['resnet18', 1.81],
    ['resnet50', 4.09],
    ['densenet121', 2.83],
    ['efficientnet_b0', 0.39],
    ['inception_v3', 5.71],
    ['mobilenet_v2', 0.3],
  ])('of %s is %f GFLOPs', (name, expected) => {
    const model = name === 'inception_v3' ? { name, auxiliary: false } : { name }
    expect(count(model, { classes: 1000 }).multiplyAdds / 1e9).toBeCloseTo(expected, 1)
  })
})

describe('every architecture', () => {
  it.each(models.map(({ name }) => name))('%s takes its smallest image, odd sizes and other channels', (name) => {
    const options = { ...parseSpec({ model: name }).model }
    const component = models.find((candidate) => candidate.name === name)!
    const smallest = component.minimumSize(options)
    for (const [size, channels] of [
      [smallest, 1],
      [smallest + 3, 4],
      [97, 3],
    ] as const)
      expect(
        count({ name }, { size, channels, classes: 7 }).layers.every(({ shape }) => shape.every((side) => side > 0)),
      ).toBe(true)
    expect(() => count({ name }, { size: smallest - 1, classes: 7 })).toThrow(
      expect.objectContaining({ code: 'image_size_unsupported' }) as Error,
    )
  })
})
