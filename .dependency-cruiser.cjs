// Imports point one way: each room may import only rooms that stand before it on its line.
const before = [
  ['util', []],
  ['dataset', ['util']],
  ['llm', ['util']],
  ['features', ['util', 'dataset']],
  ['augmentation', ['util', 'dataset', 'llm']],
  ['two-tower', ['util', 'dataset']],
  ['evaluation', ['util', 'dataset', 'features', 'augmentation', 'two-tower', 'llm']],
  ['policy', ['util', 'dataset', 'features', 'augmentation', 'two-tower']],
  ['experiment', ['util', 'dataset', 'llm', 'features', 'augmentation', 'two-tower', 'evaluation', 'policy']],
  ['execution', ['util', 'dataset', 'llm', 'features', 'augmentation', 'two-tower', 'evaluation', 'policy', 'experiment']],
  ['report', ['util', 'dataset', 'llm', 'features', 'augmentation', 'two-tower', 'evaluation', 'policy', 'experiment']],
  ['notebook', ['util', 'experiment', 'report']],
]

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    ...before.map(([room, allowed]) => ({
      name: `imports-of-${room}`,
      severity: 'error',
      from: { path: `^src/${room}/` },
      to: { path: '^src/', pathNot: `^src/(${[room, ...allowed].join('|')})/` },
    })),
    { name: 'nothing-imports-cli', severity: 'error', from: { pathNot: '^src/cli/' }, to: { path: '^src/cli/' } },
  ],
  options: { tsPreCompilationDeps: true, tsConfig: { fileName: 'tsconfig.json' }, doNotFollow: { path: 'node_modules' }, exclude: { path: 'assembly' } },
}
