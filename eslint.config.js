import tseslint from 'typescript-eslint'

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'docs/site/',
      '.setup/',
      'node_modules/',
      'src/two-tower/engines/assembly/',
      'src/report/assets/',
      'data/',
      'runs/',
    ],
  },
  ...tseslint.configs.recommended,
  {
    rules: {
      'max-len': [
        'error',
        {
          code: 100,
          ignoreStrings: true,
          ignoreTemplateLiterals: true,
          ignoreRegExpLiterals: true,
        },
      ],
      // A name and a doc comment for what a schema infers.
      '@typescript-eslint/no-empty-object-type': [
        'error',
        { allowInterfaces: 'with-single-extends' },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { varsIgnorePattern: '^_', argsIgnorePattern: '^_' },
      ],
    },
  },
  {
    files: ['src/**', 'test/**'],
    rules: { 'max-lines': ['error', 250] },
  },
  // A list of names, which grows with the library.
  { files: ['src/index.ts'], rules: { 'max-lines': 'off' } },
  {
    files: ['src/**/*.ts'],
    rules: {
      'max-lines-per-function': ['error', { max: 60, skipComments: true, skipBlankLines: true }],
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
