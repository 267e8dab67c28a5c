import { firstListed, type IngestReport } from '../../job-spec/ingest-report.ts'
import type { PixelFindings } from './late-images.ts'

const MAX_WARNINGS = 100

type PixelReport = Pick<IngestReport, 'background' | 'depth' | 'constant'>

/** What a report says of pixels, and its warnings of them. */
export function pixelReport(
  { background = 'black', transparent, deep, range }: PixelFindings,
  classes: readonly { name: string; images: number; constant: number }[],
): PixelReport & { warnings: string[] } {
  const constant = classes.filter(({ constant: count }) => count > 0)
  return {
    ...(transparent === 0 ? {} : { background: { colour: background, images: transparent } }),
    ...(deep === 0 ? {} : { depth: { images: deep, ...range } }),
    constant: firstListed(constant).map(({ name, constant: images }) => ({ name, images })),
    warnings: [
      ...(transparent === 0
        ? []
        : [
            `${transparent === 1 ? '1 transparent image is' : `${transparent} transparent images are`} on ${background}, so that what is drawn stays visible; image.background sets another colour.`,
          ]),
      ...scaleWarning(deep, range),
      ...constant
        .slice(0, MAX_WARNINGS)
        .map(
          ({ name, images, constant: count }) =>
            `Class ${name}: ${count} of ${images} images show one colour only${transparent > 0 ? ` (transparent parts are on ${background})` : ''}.`,
        ),
    ],
  }
}

function scaleWarning(deep: number, range: PixelFindings['range']): string[] {
  const scales = [
    ...(range?.bits === undefined ? [] : [`whole numbers from 0 to ${2 ** range.bits - 1} (${range.bits} bits)`]),
    ...(range?.float === undefined ? [] : [`floating-point values from ${range.float.min} to ${range.float.max}`]),
  ]
  return deep === 0
    ? []
    : [
        `${deep === 1 ? '1 image of more than 8 bits was' : `${deep} images of more than 8 bits were`} scaled to 8, by the range in use: ${scales.join(', ')}.`,
      ]
}
