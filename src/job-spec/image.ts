import { AppError } from '../errors.ts'
import type { ParsedSpec } from './parse.ts'
import type { ResolvedSpec } from './schema.ts'

/** What a spec says of images, but for their size. @throws AppError `invalid_spec` */
export function imageOf({ channels, mean, std }: NonNullable<ParsedSpec['image']> = {}): Omit<
  ResolvedSpec['image'],
  'size'
> {
  if (mean?.length !== std?.length)
    throw new AppError('invalid_spec', 'image.mean and image.std belong together, one number per channel.', {
      errors: [{ pointer: '/image', detail: 'must have as many numbers in mean as in std' }],
    })
  return {
    ...(channels === undefined ? {} : { channels }),
    ...(mean === undefined || std === undefined ? {} : { mean, std }),
  }
}
