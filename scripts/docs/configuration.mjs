import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { z } from 'zod'
import { experimentConfig } from '../../dist/experiment/config.js'
import { llmRuntimeConfig } from '../../dist/llm/config.js'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Page `Configuration`: every setting, from the schemas and the comments above their fields. */
export function configurationPage() {
  const docs = settingDocs()
  const sections = Object.entries(jsonSchema(experimentConfig).properties).map(([name, schema]) =>
    [`## ${name}`, docs.get(name), entries(schema, name, docs).join('\n')].join('\n\n'),
  )
  return (
    [
      '# Configuration',
      'Settings of `--set path=value`, of a file (`--config`), and of the library. All can change ' +
        'a result and are kept with it, but for those of `llm` at run time.',
      ...sections,
      '## llm, at run time',
      docs.get('llm at run time'),
      entries(jsonSchema(llmRuntimeConfig), 'llm', docs).join('\n'),
      '## Environment variables',
      variables(),
    ].join('\n\n') + '\n'
  )
}

function jsonSchema(schema) {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
}

/** An entry of the list for each setting of a section, those that hold others included. */
function entries(schema, path, docs) {
  if (!schema.properties) return [entry(schema, path, docs)]
  return Object.entries(schema.properties).flatMap(([name, inner]) => {
    const at = `${path}.${name}`
    return inner.properties
      ? [entry(inner, at, docs), ...entries(inner, at, docs)]
      : [entry(inner, at, docs)]
  })
}

function entry(schema, path, docs) {
  const facts = schema.properties
    ? []
    : [allowed(schema), schema.default !== undefined && `default ${valueText(schema.default)}`]
  const values = facts.filter(Boolean).join('; ')
  const meaning = docs.get(path)?.replaceAll(/\s*\n\s*/g, ' ')
  return `- ${code(path)}${values && ` (${values})`}${meaning ? `: ${meaning}` : ''}`
}

/** Values that a schema allows, in words. */
function allowed(schema) {
  if (schema.anyOf) return schema.anyOf.map(allowed).join(' or ')
  if (schema.enum) return schema.enum.map(valueText).join(', ')
  if (schema.examples) return `${schema.examples.map(code).join(', ')}, or a custom one`
  if (schema.properties) return ''
  switch (schema.type) {
    case 'array':
      return `list: ${allowed(schema.items) || 'objects'}`
    case 'integer':
      return ['whole number', ...range(schema)].join(', ')
    case 'number':
      return ['number', ...range(schema)].join(', ')
    case 'boolean':
      return '`true`, `false`'
    case 'string':
      return schema.format === 'date' ? 'date' : 'text'
    default:
      return schema.type ?? ''
  }
}

function range({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }) {
  const bounds = [
    minimum !== undefined && `at least ${minimum}`,
    exclusiveMinimum !== undefined && `above ${exclusiveMinimum}`,
    maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER && `at most ${maximum}`,
    exclusiveMaximum !== undefined && `below ${exclusiveMaximum}`,
  ]
  return bounds.filter(Boolean)
}

const code = (text) => `\`${text}\``

/** A value as `--set` takes it. */
function valueText(value) {
  const plain = typeof value === 'string' && /^[\w-]+$/.test(value)
  return code(plain ? value : JSON.stringify(value))
}

/** The table of environment.md. */
function variables() {
  const [table] = /^\| variable [^]*?\n(?!\|)/m.exec(readFileSync(`${root}environment.md`, 'utf8'))
  return table.trim()
}

/** The comment above each setting, by its path, as the compiler finds it. */
function settingDocs() {
  const path = `${root}src/experiment/config.ts`
  const { options } = ts.getParsedCommandLineOfConfigFile(`${root}tsconfig.json`, {}, ts.sys)
  const program = ts.createProgram([path], options)
  const checker = program.getTypeChecker()
  const types = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(path)))
  const docs = new Map()
  for (const name of ['ExperimentConfig', 'Runtime']) {
    const type = types.find((symbol) => symbol.name === name)
    addDocs(checker, checker.getDeclaredTypeOfSymbol(type), '', docs)
  }
  return docs
}

function addDocs(checker, type, path, docs) {
  for (const symbol of type.getProperties()) {
    const at = `${path}${symbol.name}`
    const doc = ts.displayPartsToString(symbol.getDocumentationComment(checker))
    // A section of the run-time settings has the name of another one.
    if (doc !== '') docs.set(docs.has(at) ? `${at} at run time` : at, doc)
    const inner = checker.getNonNullableType(checker.getTypeOfSymbol(symbol))
    if (isSection(checker, inner)) addDocs(checker, inner, `${at}.`, docs)
  }
}

function isSection(checker, type) {
  return (type.flags & ts.TypeFlags.Object) !== 0 && !checker.isArrayType(type)
}
