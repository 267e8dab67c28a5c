import sharp from 'sharp'

/** A small PNG, each pixel repeated, so that a person can see it: the most times that keep its longer side within `longest` pixels. */
export async function enlarged(png: Buffer, longest: number): Promise<Buffer> {
  const { width, height } = await sharp(png).metadata()
  const times = Math.floor(longest / Math.max(width, height))
  if (times < 2) return png
  return sharp(png)
    .resize({ width: width * times, height: height * times, kernel: 'nearest', fit: 'fill' })
    .png()
    .toBuffer()
}
