import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readNotebook } from '#src/notebook/notebook-file.js'
import { runNotebook } from '#src/notebook/run-notebook.js'
import { folderOf } from '../support/files.js'
import { cellsOf } from '../support/notebooks.js'

const cell = { cell_type: 'code', source: ['let n = 2\n', 'console.log(n + 1)'], outputs: [] }
const whole = { cells: [{ ...cell, metadata: {} }], metadata: {}, nbformat: 4, nbformat_minor: 5 }
const text = JSON.stringify(whole, null, 1)

/** Notebooks as other programs write them: all of them run. */
const readable: [string, string | Buffer][] = [
  ['no metadata of a cell', JSON.stringify({ ...whole, cells: [cell] })],
  ['no metadata', JSON.stringify({ ...whole, metadata: undefined })],
  [
    'metadata that are null',
    JSON.stringify({ ...whole, metadata: null, cells: [{ ...cell, metadata: null }] }),
  ],
  [
    'a cell without source',
    JSON.stringify({ ...whole, cells: [...whole.cells, { cell_type: 'markdown' }] }),
  ],
  ['a byte-order mark', '\ufeff' + text],
  ['CRLF', text.replaceAll('\n', '\r\n')],
  ['CRLF in its code', JSON.stringify(whole).replaceAll('\\n', '\\r\\n')],
  ['UTF-16', Buffer.from('\ufeff' + text, 'utf16le')],
]

it.each(readable)('a notebook with %s runs', async (_, content) => {
  const file = join(folderOf({ 'n.ipynb': content }), 'n.ipynb')
  await runNotebook(file, { parameters: {}, timeoutSeconds: 600, check: false })
  expect(cellsOf(file)[0].outputs?.[0].text).toEqual(['3\n'])
  const { metadata, cells } = JSON.parse(readFileSync(file, 'utf8')) as typeof whole
  expect([metadata, cells[0].metadata]).toEqual([{ understudy: { parameters: {} } }, {}])
})

/** What is no notebook, and what is said of it. */
const unreadable: [string, string, RegExp][] = [
  ['nothing', '', /not a readable notebook: Unexpected end/],
  [
    'a pointer of Git LFS',
    'version https://git-lfs.github.com/spec/v1\n',
    /not a readable notebook/,
  ],
  ['null', 'null', /expected a notebook of nbformat 4, got {2}null/],
  ['nbformat 3', '{"nbformat": 3, "worksheets": []}', /nbformat 4, got nbformat 3/],
  ['no cells', '{"nbformat": 4}', /got cells undefined/],
  ['cells that are an object', '{"nbformat": 4, "cells": {}}', /got cells \{\}/],
  ['a cell that is null', '{"nbformat": 4, "cells": [null]}', /got cells\.0 null/],
  [
    'a cell of another kind',
    '{"nbformat": 4, "cells": [{"cell_type": "heading"}]}',
    /got cells\.0\.cell_type "heading"/,
  ],
  [
    'a source that is a number',
    '{"nbformat": 4, "cells": [{"cell_type": "code", "source": 1}]}',
    /got cells\.0\.source 1/,
  ],
  [
    'tags that are a text',
    '{"nbformat": 4, "cells": [{"cell_type": "code", "metadata": {"tags": "a"}}]}',
    /got cells\.0\.metadata\.tags "a"/,
  ],
]

it.each(unreadable)('%s is no notebook', (_, content, said) => {
  const file = join(folderOf({}), 'n.ipynb')
  writeFileSync(file, content)
  expect(() => readNotebook(file)).toThrow(said)
})
