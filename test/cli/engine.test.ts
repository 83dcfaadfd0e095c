import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { installedEngines } from '#src/two-tower/engines/index.js'
import { understudy } from '../support/command.js'
import { sharedFolder } from '../support/files.js'
import { shopFlags } from '../support/tiny.js'

const folder = sharedFolder()

describe('the engine', () => {
  it.each(['wasm', 'onnx', 'tfjs'] as const)(
    '%s trains what evaluate takes, or says how to install it',
    (engine) => {
      const { status, stderr, stdout } = understudy(
        'train',
        '--engine',
        engine,
        ...shopFlags,
        '--out',
        join(folder, engine),
        '--json',
      )
      if (!installedEngines().includes(engine)) {
        expect(stderr).toMatch(/the engine \S+ is not installed: npm (install|run) /)
        expect(status).toBe(2)
        return
      }
      expect((JSON.parse(stdout) as { engine: string }).engine).toMatch(
        new RegExp(`^${engine}( \\d+\\.\\d+\\.\\d+)?$`),
      )
      expect(
        understudy(
          ...['evaluate', '--model', join(folder, engine), '--engine', engine, '--json'],
          ...shopFlags,
        ).status,
      ).toBe(0)
    },
  )

  it('auto takes one of them and says why', () => {
    const { stderr, stdout } = understudy(
      'train',
      '--engine',
      'auto',
      ...shopFlags,
      '--out',
      join(folder, 'auto'),
      '--json',
    )
    expect((JSON.parse(stdout) as { engine: string }).engine).toBe('wasm')
    expect(stderr).toContain(
      'engine wasm: batches of 128 are small; the same bits on every machine',
    )
  })
})
