import { afterAll, expect, it } from 'vitest'
import { growthFigure } from '#src/report/growth.js'
import { closePictures, pictureOf } from '#src/report/picture.js'

afterAll(closePictures)

it('the growth figure has a panel for each quantity, a line for each engine, and its own size', async () => {
  const figure = growthFigure(
    ['wasm', 'onnx'].flatMap((engine) =>
      ['users', 'dim', 'pairs', 'items'].flatMap((quantity) =>
        [1, 2].map((size) => ({ engine, quantity, size, seconds: size })),
      ),
    ),
  )
  expect(figure.data.map(({ name, xaxis }) => `${String(name)} ${String(xaxis)}`)).toEqual(
    ['x', 'x2', 'x3', 'x4'].flatMap((axis) => [`wasm ${axis}`, `onnx ${axis}`]),
  )
  expect(figure.layout).toMatchObject({
    xaxis: { title: { text: 'users' } },
    xaxis4: { title: { text: 'items' } },
  })
  const png = await pictureOf(figure)
  expect([png.toString('latin1', 1, 4), png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([
    'PNG',
    900,
    600,
  ])
})
