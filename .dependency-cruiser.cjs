// Imports point one way: each room may import only rooms that stand above it.
const rooms = [
  ['util', []],
  ['dataset', ['util']],
  ['llm', ['util']],
  ['features', ['util', 'dataset']],
  ['augmentation', ['util', 'dataset', 'llm']],
  ['two-tower', ['util', 'dataset']],
  ['evaluation', ['util', 'dataset', 'two-tower']],
  ['policy', ['util', 'dataset', 'features']],
]
// From here on each may import all before it.
for (const room of ['experiment', 'shelf', 'judge', 'launch', 'presets', 'run', 'execution'])
  rooms.push([room, rooms.map(([before]) => before)])
rooms.push(['report', rooms.map(([before]) => before).filter((room) => room !== 'execution')])
rooms.push(['notebook', ['util', 'dataset', 'experiment', 'run', 'execution', 'report']])

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    ...rooms.map(([room, allowed]) => ({
      name: `imports-of-${room}`,
      severity: 'error',
      from: { path: `^src/${room}/` },
      to: { path: '^src/', pathNot: `^src/(${[room, ...allowed].join('|')})/` },
    })),
    {
      name: 'nothing-imports-cli',
      severity: 'error',
      from: { pathNot: '^src/cli/' },
      to: { path: '^src/cli/' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'assembly' },
  },
}
