import tseslint from 'typescript-eslint'

export default tseslint.config(
  { ignores: ['dist/', '.setup/', 'node_modules/', 'src/two-tower/engines/assembly/', 'src/report/assets/', 'data/', 'runs/'] },
  ...tseslint.configs.recommended,
  { rules: { '@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^_', argsIgnorePattern: '^_' }] } },
  {
    files: ['src/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Use a stream of util/random.' },
        { object: 'Math', property: 'sin', message: 'Not the same bits on every Node.' },
        { object: 'Math', property: 'cos', message: 'Not the same bits on every Node.' },
      ],
      'no-restricted-globals': ['error', { name: 'eval', message: 'Text never becomes code.' }],
    },
  },
)
