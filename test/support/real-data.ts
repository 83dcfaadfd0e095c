import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe } from 'vitest'

/** The folder of real data: UNDERSTUDY_DATA, else ../shared/data beside the repository. */
export const realData =
  process.env['UNDERSTUDY_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))

export const hasRealData = existsSync(realData)
if (!hasRealData)
  process.stderr.write(
    `tests on real data are skipped: there is no ${realData}; UNDERSTUDY_DATA names another folder\n`,
  )

export const describeReal = describe.skipIf(!hasRealData)
