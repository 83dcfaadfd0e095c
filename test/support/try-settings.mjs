// Tries settings one after the other: reads a JSON list of [path, value] from stdin, and prints a
// line for each: ok, or the class and message of the error.
import { readFileSync } from 'node:fs'
import { loadDataset, readConfig, setUp, Trial } from '#src/index.js'

const small = {
  dataset: { synthetic: { users: 60, items: 60 } },
  policy: { budget: 5 },
  evaluation: { ks: [5] },
}

for (const [path, value] of JSON.parse(readFileSync(0, 'utf8'))) {
  const record = structuredClone({ ...small, policy: { ...small.policy, rewardK: 5 } })
  let at = record
  const keys = path.split('.')
  for (const key of keys.slice(0, -1)) at = at[key] ??= {}
  at[keys.at(-1)] = value
  process.stderr.write(`${path} = ${JSON.stringify(value)}\n`)
  try {
    const config = readConfig(record)
    new Trial(setUp(await loadDataset(config.dataset), config), { seed: 0 })
    console.log('ok')
  } catch (error) {
    console.log(JSON.stringify([error.constructor.name, error.message, 'exitCode' in error]))
  }
}
