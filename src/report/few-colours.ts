/** A PNG with 96 colours: the browser's own pictures are five times as large. */
export async function fewColours(png: Buffer): Promise<Buffer> {
  const { default: UPNG } = await import('upng-js')
  const image = UPNG.decode(new Uint8Array(png).buffer)
  return Buffer.from(UPNG.encode(UPNG.toRGBA8(image), image.width, image.height, 96))
}
